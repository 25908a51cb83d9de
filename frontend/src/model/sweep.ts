import { finiteExtent, type Interval } from './extent'
import { count, formatBrief, formatNorm } from './format'
import type { Held } from './held'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'
import type { Column } from './series'
import { ALL_RUNS, type KernelSnapshot } from './snapshot'
import { largestFirst, type Reading } from './tooltip'

/** Norm against weight decay of one row, in one run. */
export interface SweepPoint {
  readonly runId: string
  readonly decay: number
  readonly mean: number
  /** The quantiles at 4/32, 16/32 and 28/32. */
  readonly low: number
  readonly median: number
  readonly high: number
  readonly max: number
}

/** Runs of one decay: the geometric mean of their means, and the least and greatest of these. */
export interface SweepKnot {
  readonly decay: number
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly points: readonly SweepPoint[]
}

/** Norm against weight decay of one row, both on log axes. */
export interface SweepChart {
  readonly row: KernelSet
  /** In order of decay; without decay there is no place on a log axis. */
  readonly knots: readonly SweepKnot[]
  readonly x: Interval
  readonly y: Interval
  /** NaN if there is none. */
  readonly targetDecay: number
}

/** The points in order of decay. */
export function sweepPoints({ runs }: KernelSnapshot): readonly SweepPoint[] {
  return [...runs]
    .map(([runId, { decay, values }]) => {
      const value = (column: Column) => values.get(column) ?? NaN
      const [mean, max] = [value('mean'), value('max')]
      return { runId, decay, mean, low: value('q4'), median: value('q16'), high: value('q28'), max }
    })
    .toSorted((a, b) => a.decay - b.decay)
}

/** The chart of what is held; null while nothing is. */
export function sweepChart(
  row: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelSnapshot>,
): SweepChart | null {
  const snapshot = held.get(row.item)?.get(ALL_RUNS)?.value
  if (!snapshot) return null
  const shown = new Set(runs.map(({ id }) => id))
  const points = sweepPoints(snapshot).filter(({ runId, mean }) => shown.has(runId) && mean > 0)
  const decays = [...new Set(points.map(({ decay }) => decay))]
  return {
    row,
    knots: decays.map((decay) =>
      knot(
        decay,
        points.filter((point) => point.decay === decay),
      ),
    ),
    // All charts have the same axis.
    x: widened(finiteExtent([runs.map(({ decay }) => decay).filter((decay) => decay > 0)])),
    y: valueRange(points, row.target),
    targetDecay: snapshot.targetDecay,
  }
}

function knot(decay: number, points: readonly SweepPoint[]): SweepKnot {
  const means = points.map(({ mean }) => mean)
  const log = means.reduce((sum, mean) => sum + Math.log(mean), 0) / means.length
  const [low, high] = [Math.min(...means), Math.max(...means)]
  return { decay, mean: Math.exp(log), low, high, points }
}

/** The values of the runs of one decay, largest mean first. */
export function readSweep(
  { decay, points }: SweepKnot,
  nameOf: (runId: string) => string,
): Reading {
  const values = points.map(({ runId, mean, median, max }) => ({
    run: { id: runId, name: nameOf(runId) },
    numbers: [mean, median, max],
  }))
  return { place: decay, columns: ['mean', 'median', 'max'], values: largestFirst(values) }
}

// Channels that died must not press everything else together.
const WHISKER_REACH = 10

function valueRange(points: readonly SweepPoint[], target: KernelSet['target']): Interval {
  const values = points.map(({ mean, low, median, high, max }) => {
    return [mean, median, high, max, Math.max(low, Math.min(mean, median) / WHISKER_REACH)]
  })
  const positive = [...values, target ?? []].flat().filter((value) => value > 0)
  return widened(finiteExtent([positive]))
}

function widened(extent: Interval | null): Interval {
  const [low, high] = extent ?? [1, 1]
  const factor = low === high ? 1.5 : (high / low) ** 0.06
  return [low / factor, high * factor]
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

/** The chart in one sentence; `at` says where in training. */
export function sweepSentence(chart: SweepChart, at: string): string {
  const { knots, row } = chart
  const n = knots.reduce((sum, { points }) => sum + points.length, 0)
  const head = `Channel norms of ${row.name} against weight decay at ${at}, ${count(n, 'run')}`
  const [first, last] = [knots[0], knots.at(-1)]
  if (first === undefined || last === undefined) return `${head}: no finite values.`
  const say = ({ mean, decay }: SweepKnot) =>
    `${formatNorm(mean)} ${decay > 0 ? `at ${formatBrief(decay)}` : 'without decay'}`
  const said = first === last ? `mean ${say(first)}` : `mean from ${say(first)} to ${say(last)}`
  return `${head}: ${said}. ${targetSentence(chart)}`.trim()
}

/** Which decay meets the target, or which way to go; empty without a target. */
export function targetSentence({ knots, row: { target }, targetDecay }: SweepChart): string {
  if (target === null) return ''
  const [low, high] = target
  const wanted = [...new Set(target)].map(formatBrief).join(' to ')
  if (targetDecay > 0)
    return `A decay of about ${formatBrief(targetDecay)} meets the target ${wanted}.`
  const middle = Math.sqrt(low * high)
  const tried = knots.filter(({ decay }) => decay > 0)
  const side = tried.every(({ mean }) => mean > middle)
    ? 'above'
    : tried.every(({ mean }) => mean < middle)
      ? 'below'
      : null
  if (side === null || tried.length === 0) return `No decay shown meets the target ${wanted}.`
  const part = low === high ? '' : 'the middle of '
  return `With every decay shown the mean stays ${side} ${part}the target ${wanted}.`
}
