import type { Held } from './held'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'
import type { Column } from './series'
import { ALL_RUNS, type KernelSnapshot } from './snapshot'

/** The values of one row of the heat-map, by run; NaN where there is none. */
export function rowValues(
  row: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelSnapshot>,
  column: Column,
): readonly number[] {
  const snapshot = held.get(row.item)?.get(ALL_RUNS)?.value
  return runs.map(({ id }) => snapshot?.runs.get(id)?.values.get(column) ?? NaN)
}
