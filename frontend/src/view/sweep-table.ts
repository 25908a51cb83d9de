import type { KernelSet } from '../model/rows'
import { ALL_RUNS } from '../model/snapshot'
import { sweepPoints } from '../model/sweep'
import { digits, type Table } from '../model/table'
import type { Store } from '../store'

/** Norm against weight decay of a row, one run per row. */
export function sweepTable({ shownRuns, sources }: Store, row: KernelSet): Table | null {
  const snapshot = sources.snapshot.held.value.get(row.item)?.get(ALL_RUNS)?.value
  if (!snapshot) return null
  const names = new Map(shownRuns.value.map(({ id, name }) => [id, name]))
  return {
    caption: `Norm against weight decay of ${row.name}`,
    columns: [
      ...['kernel', 'run', 'step', 'epoch', 'decay', 'kind'],
      ...['mean', 'low', 'median', 'high', 'max'],
    ],
    rows: sweepPoints(snapshot).map(({ runId, decay, kind, mean, low, median, high, max }) => {
      const { step = NaN, epoch = NaN } = snapshot.runs.get(runId) ?? {}
      return [
        ...[row.name, names.get(runId) ?? '', step, digits(epoch), decay, kind],
        ...[mean, low, median, high, max].map(digits),
      ]
    }),
  }
}
