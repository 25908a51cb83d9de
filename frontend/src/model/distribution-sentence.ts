import type { DistributionColumn, DistributionPanel } from './distributions'
import { count, formatNorm } from './format'
import { between, finite } from './sentence'

/** A panel of the grid in one sentence, for those who do not see it. */
export function panelSentence(
  column: DistributionColumn,
  panel: DistributionPanel,
  label: string,
): string {
  const moment = `${column.axis} ${label}`
  const where = column.over === 'batches' ? `over the batches of ${moment}` : `at ${moment}`
  const head = `Distribution of ${what(column)} ${where}, ${count(panel.runs.length, 'run')}`
  return `${head}: ${means(column, panel)}.${cuts([panel])}`
}

/** Panels that are drawn as ridges, from the first of the moments to the last. */
export function ridgeSentence(column: DistributionColumn, labels: readonly string[]): string {
  const { panels, axis, over } = column
  const runs = new Set(panels.flatMap((panel) => panel.runs.map(({ run }) => run.id)))
  const moments = over === 'batches' ? 'over the batches of epochs' : `at ${axis}s`
  const where = `${moments} ${labels[0] ?? ''} to ${labels.at(-1) ?? ''}`
  const last = panels.findLast((panel) => panel.runs.length > 0)
  const head = `Distributions of ${what(column)} ${where}, ${count(runs.size, 'run')}`
  if (last === undefined) return `${head}: ${nothing(column)}.`
  return `${head}; in the last, ${means(column, last)}.${cuts(panels)}`
}

function what({ row, over }: DistributionColumn): string {
  const norms = count(row.nChannels, 'channel norm')
  return `${over === 'batches' ? 'mean and largest of ' : ''}${norms} of ${row.name}`
}

function means(column: DistributionColumn, panel: DistributionPanel): string {
  const found = finite(panel.runs.map(({ run, mean }) => ({ name: run.name, value: mean })))
  const [only] = found
  if (only === undefined) return nothing(column)
  const mean = column.over === 'batches' ? 'median of the mean' : 'mean'
  return `${mean} ${found.length === 1 ? formatNorm(only.value) : between(found)}`
}

function cuts(panels: readonly DistributionPanel[]): string {
  const n = panels
    .flatMap(({ runs }) => runs.flatMap(({ spreads }) => spreads))
    .filter(({ isCut }) => isCut).length
  return n === 0 ? '' : ` ${count(n, 'peak')} cut.`
}

/** Why there is nothing to see. */
export function nothing({ isMissing }: DistributionColumn): string {
  return isMissing ? 'in none of the runs' : 'no finite values'
}
