import { isNear, places } from '../model/moments'
import type { KernelSet } from '../model/rows'
import { digits, type Cell, type Table } from '../model/table'
import type { Store } from '../store'

const EDGES = Array.from({ length: 33 }, (_, i) => `q${i}`)

/**
 * The distributions of a row, one run and moment per row: the quantiles at i/32. Over batches there
 * are two rows, of their mean and of their largest norm. Of a row that is shown large, all ridges.
 */
export function distributionTable(store: Store, row: KernelSet): Table | null {
  const { controls, momentAxis, momentRuns, sources } = store
  const { large, over } = controls.value
  const isLarge = large === row.key
  const source = isLarge ? sources.ridges : sources.moments
  const chosen = (isLarge ? store.largeMoments : store.chosenMoments).value
  const byRun = source.held.value.get(row.item)
  if (byRun === undefined) return null
  const isOver = over === 'batches'
  const rows = momentRuns.value.flatMap(({ id, name }) => {
    const moments = byRun.get(id)?.value
    if (!moments) return []
    const { step, epoch, nFrames, mean, max, spreads } = moments
    const at = places(momentAxis.value, moments)
    return spreads.flatMap(({ of, edges }) =>
      edges.flatMap((found, i): (readonly Cell[])[] => {
        if (!isNear(chosen, i, at[i] ?? NaN)) return []
        const what = isOver ? [nFrames?.[i] ?? NaN, of] : [mean[i], max[i]].map(optional)
        const place = [row.name, name, step[i] ?? NaN, optional(epoch[i])]
        return [[...place, ...what, ...Array.from(found, digits)]]
      }),
    )
  })
  const what = isOver ? ['frames', 'distribution of'] : ['mean', 'max']
  const where = isOver ? ', over the batches of epochs' : ''
  return {
    caption: `Distributions of the channel norms of ${row.name}${where}`,
    columns: ['kernel', 'run', 'step', 'epoch', ...what, ...EDGES],
    rows,
  }
}

function optional(value: number | undefined): number {
  return digits(value ?? NaN)
}
