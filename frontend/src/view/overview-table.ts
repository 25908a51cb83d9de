import { rowValues } from '../model/heat-map'
import type { KernelSet } from '../model/rows'
import { digits, type Table } from '../model/table'
import type { Store } from '../store'

/** A row of the heat-map, one run per row. */
export function overviewTable(store: Store, row: KernelSet): Table | null {
  const { controls, shownRuns, snapshotQuery, sources } = store
  const [column] = snapshotQuery.value.columns
  const held = sources.snapshot.held.value
  if (column === undefined || !held.has(row.item)) return null
  const values = rowValues(row, shownRuns.value, held, column)
  const { measure } = controls.value
  return {
    caption: `${measure} of ${row.name}`,
    columns: ['kernel', 'run', measure],
    rows: shownRuns.value.map(({ name }, i) => [row.name, name, digits(values[i] ?? NaN)]),
  }
}
