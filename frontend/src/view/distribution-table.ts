import type { KernelSet } from '../model/rows'
import { digits, type Table } from '../model/table'
import type { Store } from '../store'

const EDGES = Array.from({ length: 33 }, (_, i) => `q${i}`)

/** The distributions of a row, one run and moment per row: the quantiles at i/32. */
export function distributionTable({ shownRuns, sources }: Store, row: KernelSet): Table | null {
  const byRun = sources.moments.held.value.get(row.item)
  if (byRun === undefined) return null
  return {
    caption: `Distributions of the channel norms of ${row.name}`,
    columns: ['kernel', 'run', 'step', 'epoch', 'mean', 'max', ...EDGES],
    rows: shownRuns.value.flatMap(({ id, name }) => {
      const moments = byRun.get(id)?.value
      if (!moments) return []
      const { step, epoch, mean, max, edges } = moments
      return edges.map((found, i) => {
        const [at, of] = [step[i] ?? NaN, digits(epoch[i] ?? NaN)]
        const norms = [mean[i] ?? NaN, max[i] ?? NaN, ...found].map(digits)
        return [row.name, name, at, of, ...norms]
      })
    }),
  }
}
