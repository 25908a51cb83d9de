import { isCut, isOutside, type DistributionColumn, type DistributionPanel } from './distributions'
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
  return `${head}: ${means(column, panel)}.${cuts([panel])}${ends(column, [panel])}`
}

/** Panels that are drawn as ridges, from the first of the moments to the last. */
export function ridgeSentence(column: DistributionColumn, labels: readonly string[]): string {
  const { panels, axis, over } = column
  const runs = new Set(panels.flatMap((panel) => panel.runs.map(({ run }) => run.id)))
  const moments = over === 'batches' ? 'over the batches of epochs' : `at ${axis}s`
  const where = `${moments} ${labels[0] ?? ''} to ${labels.at(-1) ?? ''}`
  const last = panels.findLast((panel) => panel.runs.length > 0)
  const head = `Distributions of ${what(column)} ${where}, ${count(runs.size, 'run')}`
  const end = ends(column, panels)
  if (last === undefined) return `${head}: ${nothing(column)}.${end}`
  return `${head}; in the last, ${means(column, last)}.${cuts(panels)}${end}`
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
  const n = panels.flatMap((panel) => {
    return panel.runs.flatMap(({ spreads }) => spreads.filter((spread) => isCut(spread, panel)))
  }).length
  return n === 0 ? '' : ` ${count(n, 'peak')} cut.`
}

function ends(column: DistributionColumn, panels: readonly DistributionPanel[]): string {
  const outside = areOutside(panels) ? ' Outside the limits.' : ''
  const left = leftOut(column, panels)
  return left === '' ? outside : `${outside} ${left}.`
}

/** How many runs are not drawn, and why; empty if all are. */
export function leftOut(
  { axis }: DistributionColumn,
  panels: readonly DistributionPanel[],
): string {
  const runs = new Set(panels.flatMap(({ left }) => left.map(({ id }) => id)))
  const where = panels.length === 1 ? `this ${axis}` : `some ${axis}s`
  return runs.size === 0 ? '' : `${count(runs.size, 'run')} left out: not finite at ${where}`
}

/** Why there is nothing to see; empty if there is something. */
export function emptiness(
  column: DistributionColumn,
  panels: readonly DistributionPanel[],
): string {
  if (panels.every(({ runs }) => runs.length === 0)) return nothing(column)
  return areOutside(panels) ? 'outside the limits' : ''
}

function areOutside(panels: readonly DistributionPanel[]): boolean {
  const filled = panels.filter(({ runs }) => runs.length > 0)
  return filled.length > 0 && filled.every(isOutside)
}

function nothing({ isMissing }: DistributionColumn): string {
  return isMissing ? 'in none of the runs' : 'no finite values'
}
