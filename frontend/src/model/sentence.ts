import { AXIS_TITLES, count, formatNorm, formatPlace } from './format'
import { valueName } from './trend-words'
import { firstBroken, lastFinite, type TrendChart } from './trends'

export interface Named {
  readonly name: string
  readonly value: number
}

/** A Trends chart in one sentence, for those who do not see it. */
export function trendSentence(chart: TrendChart): string {
  const { axis, row, curves, x } = chart
  const head = `Channel norms of ${row.name}, ${count(curves.length, 'run')}`
  const title = AXIS_TITLES[axis]
  const where =
    x[0] === x[1]
      ? `${title} ${formatPlace(axis, x[0])}`
      : `${title}${axis === 'step' || axis === 'epoch' ? 's' : ''} ${formatPlace(axis, x[0])} to ${formatPlace(axis, x[1])}`
  return `${head}, ${where}: ${[...ends(chart), ...breaks(chart)].join('; ')}.`
}

function ends({ curves, statistic, relation }: TrendChart): readonly string[] {
  const last = finite(
    curves.map(({ curve, main }) => ({ name: curve.name, value: lastFinite(main) })),
  )
  const [first] = curves
  if (last.length === 0 || first === undefined) return ['no finite values']
  const name = valueName(statistic, relation)
  if (curves.length > 1) return [`${name} ends ${between(last)}`]
  const start = formatNorm(first.main.find(Number.isFinite) ?? NaN)
  return [`${name} goes from ${start} to ${formatNorm(lastFinite(first.main))}`]
}

const MAX_BREAKS = 3

function breaks({ axis, curves }: TrendChart): readonly string[] {
  const found = curves.flatMap((curve) => {
    const index = firstBroken(curve)
    const place = formatPlace(axis, curve.x[index] ?? NaN)
    return index < 0 ? [] : [`${curve.curve.name} not finite from ${AXIS_TITLES[axis]} ${place} on`]
  })
  const more = found.length - MAX_BREAKS
  return more > 0 ? [...found.slice(0, MAX_BREAKS), `${more} more not finite`] : found
}

export function finite(values: readonly Named[]): readonly Named[] {
  return values.filter(({ value }) => Number.isFinite(value))
}

/** The least and the greatest of at least one. */
export function between(values: readonly Named[]): string {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const say = (named: Named | undefined) =>
    named === undefined ? '' : `${formatNorm(named.value)} (${named.name})`
  return `between ${say(sorted[0])} and ${say(sorted.at(-1))}`
}
