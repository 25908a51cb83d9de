import { finiteExtent, type Interval } from './extent'
import type { Held } from './held'
import type { RunInfo } from './overview'
import { hasKernel, type KernelSet } from './rows'
import type { Column } from './series'
import { ALL_RUNS, type KernelSnapshot } from './snapshot'
import { largestFirst, type Reading } from './tooltip'

/** Norm against weight decay of one row, in one run. */
export interface SweepPoint {
  readonly runId: string
  readonly decay: number
  /** The kind of the decay; empty without. */
  readonly kind: string
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
  /** NaN if all runs are left out. */
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Those that are left out, too. */
  readonly points: readonly SweepPoint[]
}

/** The runs with one kind of decay; all of them may be left out. */
export interface SweepCurve {
  readonly kind: string
  /** In order of decay. */
  readonly knots: readonly SweepKnot[]
  /**
   * Where the curve meets the target; NaN if it does not, does not rise or fall steadily, or has a
   * gap there.
   */
  readonly targetDecay: number
}

/** Norm against weight decay of one row, both on log axes. */
export interface SweepChart {
  readonly row: KernelSet
  /** All runs in order of decay. */
  readonly knots: readonly SweepKnot[]
  readonly curves: readonly SweepCurve[]
  readonly x: Interval
  readonly y: Interval
}

/** The points in order of decay. */
export function sweepPoints({ runs }: KernelSnapshot): readonly SweepPoint[] {
  return [...runs]
    .map(([runId, { decay, kind, values }]) => {
      const value = (column: Column) => values.get(column) ?? NaN
      const [mean, max] = [value('mean'), value('max')]
      const [low, median, high] = [value('q4'), value('q16'), value('q28')]
      return { runId, decay, kind, mean, low, median, high, max }
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
  const having = new Set(runs.filter((run) => hasKernel(run, row)).map(({ id }) => id))
  const points = sweepPoints(snapshot).filter(({ runId }) => having.has(runId))
  return {
    row,
    knots: knotsOf(points),
    curves: kindsOf(snapshot).map((kind) => {
      const knots = knotsOf(points.filter((point) => point.kind === kind))
      const targetDecay = snapshot.targetDecays.get(kind) ?? NaN
      const isKnown = isSteady(knots) && !isInGap(targetDecay, knots)
      return { kind, knots, targetDecay: isKnown ? targetDecay : NaN }
    }),
    // All charts have the same axis.
    x: widened(finiteExtent([runs.map(({ decay }) => decay).filter((decay) => decay > 0)])),
    y: valueRange(points.filter(isPlaced), row.target),
  }
}

/** The kinds of decay of all runs; the same for all rows. */
export function sweptKinds(held: Held<KernelSnapshot>): readonly string[] {
  const [first] = held.values()
  const snapshot = first?.get(ALL_RUNS)?.value
  return snapshot ? kindsOf(snapshot) : []
}

function kindsOf({ runs }: KernelSnapshot): readonly string[] {
  const kinds = new Set([...runs.values()].map(({ kind }) => kind))
  return [...kinds].filter((kind) => kind !== '').toSorted()
}

function knotsOf(points: readonly SweepPoint[]): readonly SweepKnot[] {
  const decays = [...new Set(points.map(({ decay }) => decay))]
  return decays.map((decay) =>
    knot(
      decay,
      points.filter((point) => point.decay === decay),
    ),
  )
}

/** Whether a norm has a place on a log axis; runs without are left out. */
export function isPlaced({ mean }: Pick<SweepPoint, 'mean'>): boolean {
  return mean > 0 && mean < Infinity
}

/** What a line may join: it must not claim what lies where all runs are left out. */
export function stretches(knots: readonly SweepKnot[]): readonly (readonly SweepKnot[])[] {
  const found: SweepKnot[][] = [[]]
  for (const knot of knots) {
    if (isPlaced(knot)) found.at(-1)?.push(knot)
    else found.push([])
  }
  return found.filter(({ length }) => length > 0)
}

function isInGap(decay: number, knots: readonly SweepKnot[]): boolean {
  const joined = stretches(knots)
  return joined.some((stretch, i) => {
    const [end, next] = [stretch.at(-1), joined[i + 1]?.[0]]
    return end && next && decay > end.decay && decay < next.decay
  })
}

/** Whether the means only fall or only rise with decay. */
export function isSteady(all: readonly SweepKnot[]): boolean {
  const knots = all.filter(isPlaced)
  const changes = knots.slice(1).map(({ mean }, i) => mean - (knots[i]?.mean ?? mean))
  return changes.every((change) => change <= 0) || changes.every((change) => change >= 0)
}

function knot(decay: number, points: readonly SweepPoint[]): SweepKnot {
  const means = points.filter(isPlaced).map(({ mean }) => mean)
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
// Nor must a run that collapsed.
const AXIS_REACH = 1000

function valueRange(points: readonly SweepPoint[], target: KernelSet['target']): Interval {
  const values = points.map(({ mean, low, median, high, max }) => {
    return [mean, median, high, max, Math.max(low, Math.min(mean, median) / WHISKER_REACH)]
  })
  const largest = Math.max(...values.flat().filter(Number.isFinite))
  const reached = values.flat().map((value) => Math.max(value, largest / AXIS_REACH))
  const positive = [...reached, ...(target ?? [])].filter((value) => value > 0)
  return widened(finiteExtent([positive]))
}

function widened(extent: Interval | null): Interval {
  const [low, high] = extent ?? [1, 1]
  const factor = low === high ? 1.5 : (high / low) ** 0.06
  return [low / factor, high * factor]
}

/** Which marks the charts have at their edges. */
export function edgeMarks(
  rows: readonly KernelSet[],
  runs: readonly RunInfo[],
  held: Held<KernelSnapshot>,
): { readonly isLeftOut: boolean; readonly isBelow: boolean } {
  const charts = rows.flatMap((row) => sweepChart(row, runs, held) ?? [])
  const has = (test: (point: SweepPoint, low: number) => boolean) =>
    charts.some(({ knots, y: [low] }) =>
      knots.some(({ points }) => points.some((point) => test(point, low))),
    )
  return {
    isLeftOut: has((point) => !isPlaced(point)),
    isBelow: has((point, low) => isPlaced(point) && point.mean < low),
  }
}
