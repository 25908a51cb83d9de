import { rowValues } from '../model/heat-map'
import type { KernelSet } from '../model/rows'
import { digits, type Table } from '../model/table'
import type { Store } from '../store'

/** A row of the heat-map, one run per row. */
export function overviewTable(store: Store, row: KernelSet): Table | null {
  const { controls, shownRuns, sources } = store
  const held = sources.snapshot.held.value
  if (!held.has(row.item)) return null
  const { measure } = controls.value
  const values = rowValues(row, shownRuns.value, held, measure)
  return {
    caption: `${measure} of ${row.name}`,
    columns: ['kernel', 'run', measure],
    rows: shownRuns.value.map(({ name }, i) => [row.name, name, digits(values[i] ?? NaN)]),
  }
}
