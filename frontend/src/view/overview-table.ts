import { rowValues } from '../model/heat-map'
import type { KernelSet } from '../model/rows'
import { ALL_RUNS } from '../model/snapshot'
import { digits, type Table } from '../model/table'
import type { Store } from '../store'

/** A row of the heat-map, one run per row. */
export function overviewTable(store: Store, row: KernelSet): Table | null {
  const { controls, shownRuns, sources } = store
  const held = sources.snapshot.held.value
  const snapshot = held.get(row.item)?.get(ALL_RUNS)?.value
  if (!snapshot) return null
  const { measure } = controls.value
  const values = rowValues(row, shownRuns.value, held, measure)
  return {
    caption: `${measure} of ${row.name}`,
    columns: ['kernel', 'run', 'step', 'epoch', measure],
    rows: shownRuns.value.map(({ id, name }, i) => {
      const { step = NaN, epoch = NaN } = snapshot.runs.get(id) ?? {}
      return [row.name, name, step, digits(epoch), digits(values[i] ?? NaN)]
    }),
  }
}
