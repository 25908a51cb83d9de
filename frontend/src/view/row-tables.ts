import type { View } from '../model/controls'
import type { KernelSet } from '../model/rows'
import type { Table } from '../model/table'
import type { Store } from '../store'
import { distributionTable } from './distribution-table'
import { findingTable } from './finding-table'
import { overviewTable } from './overview-table'
import { sweepTable } from './sweep-table'
import { trendTable } from './trend-table'

/**
 * What a view shows of a row as a table; null while nothing of it is held. The tables of all rows
 * of a view are put below each other, so the first column is `kernel`, the row's name.
 */
export type RowTable = (store: Store, row: KernelSet) => Table | null

export const ROW_TABLES: Readonly<Record<View, RowTable>> = {
  overview: overviewTable,
  trends: trendTable,
  distributions: distributionTable,
  sweep: sweepTable,
  findings: findingTable,
}
