import type { Interval } from './extent'
import { count, formatBrief, formatNorm } from './format'
import type { RunInfo } from './overview'
import {
  isPlaced,
  isSteady,
  stretches,
  type SweepChart,
  type SweepCurve,
  type SweepKnot,
} from './sweep'

/** A kind of decay in words: `l2`, `weight decay`. */
export function kindTitle(kind: string): string {
  return kind.replace('weight_decay', 'weight decay')
}

/** What is on the x axis: the kind of the decay if there is but one. */
export function decayTitle({ curves }: Pick<SweepChart, 'curves'>): string {
  const [only] = curves
  return only !== undefined && curves.length === 1 ? kindTitle(only.kind) : 'decay'
}

/** What is missing for a curve; null if nothing. */
export function sweepObstacle(runs: readonly RunInfo[]): string | null {
  const decays = [...new Set(runs.map(({ decay }) => decay))]
  if (decays.length > 1) return null
  const [decay = 0] = decays
  const all =
    runs.length === 1 ? 'The run shown has' : `All ${count(runs.length, 'run')} shown have`
  return (
    'Norm against weight decay needs runs with at least two different decays. ' +
    `${all} ${decay > 0 ? `weight decay ${formatBrief(decay)}` : 'no weight decay'}.`
  )
}

/** How many runs have no place in the chart, and why; empty if all have one. */
export function leftOutSentence({ knots }: SweepChart): string {
  const left = knots.flatMap(({ points }) => points).filter((point) => !isPlaced(point))
  if (left.length === 0) return ''
  const zeros = left.filter(({ mean }) => mean === 0).length
  const why = zeros === 0 ? 'not finite' : zeros < left.length ? 'not finite or norm 0' : 'norm 0'
  return `${count(left.length, 'run')} left out: ${why} at this step.`
}

/** The chart in one sentence; `at` says where in training. */
export function sweepSentence(chart: SweepChart, at: string): string {
  const { curves, row } = chart
  const knots = chart.knots.filter(isPlaced)
  const n = knots.reduce((sum, { points }) => sum + points.filter(isPlaced).length, 0)
  const head = `Channel norms of ${row.name} against weight decay at ${at}, ${count(n, 'run')}`
  const without = knots.filter(({ decay }) => decay === 0)
  const lines = curves.length > 1 ? curves : [{ kind: '', knots }]
  const said = [
    ...(curves.length > 1 ? without.map((knot) => `mean ${inWords(knot)}`) : []),
    ...lines.flatMap(({ kind, knots: all }) => {
      const knots = all.filter(isPlaced)
      const [first, last] = [knots[0], knots.at(-1)]
      if (first === undefined || last === undefined) return []
      const range = first === last ? inWords(first) : `from ${inWords(first)} to ${inWords(last)}`
      return `${kind === '' ? '' : `with ${kindTitle(kind)} `}mean ${range}`
    }),
  ]
  if (said.length === 0) return `${head}: no finite values. ${leftOutSentence(chart)}`.trim()
  return `${head}: ${said.join('; ')}. ${sweepCaption(chart)}`.trim()
}

/** What is to be said below the chart; empty if nothing. */
export function sweepCaption(chart: SweepChart): string {
  return `${targetSentence(chart)} ${leftOutSentence(chart)}`.trim()
}

function inWords({ mean, decay }: SweepKnot): string {
  return `${formatNorm(mean)} ${decay > 0 ? `at ${formatBrief(decay)}` : 'without decay'}`
}

/** For each kind of decay, how much of it meets the target, or which way to go; empty without. */
export function targetSentence({ curves, row: { target } }: SweepChart): string {
  if (target === null) return ''
  const wanted = [...new Set(target)].map(formatBrief).join(' to ')
  const drawn = curves.filter(({ knots }) => knots.some(isPlaced))
  if (drawn.length === 0) return `No decay shown meets the target ${wanted}.`
  return drawn
    .map((curve) => {
      const noun = curves.length > 1 ? kindTitle(curve.kind) : 'decay'
      return curveSentence(curve, noun, target, wanted)
    })
    .join(' ')
}

function curveSentence(
  { knots: all, targetDecay }: SweepCurve,
  noun: string,
  [low, high]: Interval,
  wanted: string,
): string {
  if (targetDecay > 0) {
    const article = noun.startsWith('l') ? 'An' : 'A'
    return `${article} ${noun} of about ${formatAbout(targetDecay)} meets the target ${wanted}.`
  }
  const knots = all.filter(isPlaced)
  const middle = Math.sqrt(low * high)
  const side = knots.every(({ mean }) => mean > middle)
    ? 'above'
    : knots.every(({ mean }) => mean < middle)
      ? 'below'
      : null
  const part = low === high ? '' : 'the middle of '
  if (side !== null)
    return `With every ${noun} shown the mean stays ${side} ${part}the target ${wanted}.`
  if (!isSteady(knots)) return `The norm does not change steadily with ${noun}.`
  if (stretches(all).length > 1)
    return `The ${noun} that meets the target ${wanted} lies where runs are left out.`
  return `No single number says how much ${noun} meets the target ${wanted}.`
}

/** An interpolated decay, in two digits: it is not known better. */
export function formatAbout(decay: number): string {
  return formatBrief(Number(decay.toPrecision(2)))
}
