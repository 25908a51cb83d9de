import type { Axis, Controls, Relation, Statistic } from './controls'
import type { Curve } from './curves'
import { extentOn, finiteExtent, padded, type Interval } from './extent'
import type { Held } from './held'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'
import type { ScaleKind } from './scale'
import { nearestIndex } from './search'
import { along, column, hasBand, rangeOf, STATISTIC_COLUMNS } from './series'
import { BAND_COLUMNS, type KernelSeries } from './series'
import { smoothed } from './smoothing'

/** One row along training, all curves overlaid. */
export interface TrendChart {
  readonly row: KernelSet
  readonly axis: Axis
  readonly statistic: Statistic
  readonly relation: Relation
  readonly curves: readonly TrendCurve[]
  /** What is shown of the axis, and all there is of it. */
  readonly x: Interval
  readonly whole: Interval
  readonly y: Interval
  readonly yKind: ScaleKind
  /** The wanted range in the units of y, or where nothing differs from start or baseline. */
  readonly reference: Interval | null
}

export interface TrendCurve {
  readonly curve: Curve
  readonly step: Float64Array
  readonly x: Float64Array | Float32Array
  /** The statistic that was chosen, smoothed if wanted. */
  readonly main: Float32Array
  /** The statistic as it was logged, beside a smoothed one; otherwise empty. */
  readonly raw: Float32Array
  /** The largest norm; empty where it is not shown beside the statistic. */
  readonly max: Float32Array
  /** The ends of the band; empty without one. */
  readonly low: Float32Array
  readonly high: Float32Array
  /** How many channels are NaN or infinite; empty if that is not known. */
  readonly nonfinite: Float32Array
}

type TrendControls = Pick<
  Controls,
  'statistic' | 'band' | 'relation' | 'logY' | 'smoothing' | 'zoom'
>

// Below this ratio the axis starts at zero: it costs little height and shows the true proportion.
const ZERO_IN_SIGHT = 0.4
const MARGIN = 0.04

/** The range of places that all charts share; `[0, 0]` without runs. */
export function trendRange(runs: readonly RunInfo[], axis: Axis): Interval {
  return finiteExtent(runs.map((run) => rangeOf(run, axis))) ?? [0, 0]
}

/** The chart of what is held; null while none of the curves that have the row are. */
export function trendChart(
  row: KernelSet,
  curves: readonly Curve[],
  held: Held<KernelSeries>,
  axis: Axis,
  controls: TrendControls,
): TrendChart | null {
  const byCurve = held.get(row.item)
  if (byCurve === undefined) return null
  const { statistic, relation, zoom } = controls
  const drawn = curves.flatMap((curve): TrendCurve[] => {
    const series = byCurve.get(curve.id)?.value
    if (series === undefined || series === null) return []
    const { step } = series
    const x = along(axis, series, start(curve))
    return [{ curve, step, x, ...lines(series, curve, controls) }]
  })
  const runs = curves.flatMap((curve) => curve.runs)
  const reference = referenceOf(row.target, controls)
  const whole = trendRange(runs, axis)
  const x = zoom ?? whole
  // Distances are below, within and above: they have no logarithm.
  const yKind = controls.logY && relation !== 'target' ? 'log' : 'linear'
  const y = valueRange(zoom === null ? drawn : drawn.map(within(zoom)), reference, yKind)
  return { row, axis, statistic, relation, curves: drawn, x, whole, y, yKind, reference }
}

function start({ runs }: Curve): number {
  return Math.min(...runs.map((run) => run.first_wall_time_s))
}

const NONE = new Float32Array(0)

function lines(
  { columns, seeds }: KernelSeries,
  { runs }: Curve,
  controls: TrendControls,
): Omit<TrendCurve, 'curve' | 'step' | 'x'> {
  const { statistic, band, smoothing } = controls
  const name = STATISTIC_COLUMNS[statistic]
  const logged = column(columns, name)
  const edges = seeds === null && hasBand(controls) ? BAND_COLUMNS[band] : null
  const ofSeeds = seeds !== null && runs.length > 1 ? seeds : null
  return {
    main: smoothed(logged, smoothing),
    raw: smoothing === 0 ? NONE : logged,
    max: statistic === 'mean' ? column(columns, 'max') : NONE,
    low: ofSeeds ? column(ofSeeds.low, name) : edges ? column(columns, edges[0]) : NONE,
    high: ofSeeds ? column(ofSeeds.high, name) : edges ? column(columns, edges[1]) : NONE,
    nonfinite: column(columns, 'nonfinite'),
  }
}

/** Targets are for norms of channels, not for their spread or the norm of a whole kernel. */
function referenceOf(
  target: KernelSet['target'],
  { statistic, relation }: TrendControls,
): Interval | null {
  if (relation === 'start' || relation === 'baseline') return [1, 1]
  if (target === null || statistic === 'total' || statistic === 'std') return null
  return relation === 'target' ? [0, 0] : target
}

/** The points in the interval, and the next ones to both sides. */
function within([low, high]: Interval): (curve: TrendCurve) => TrendCurve {
  return (curve) => {
    const first = Math.max(0, nearestIndex(curve.x, low) - 1)
    const end = nearestIndex(curve.x, high) + 2
    const part = (values: Float32Array) => values.subarray(first, end)
    return {
      ...curve,
      x: curve.x.subarray(first, end),
      main: part(curve.main),
      raw: part(curve.raw),
      max: part(curve.max),
      low: part(curve.low),
      high: part(curve.high),
    }
  }
}

// Channels that died must not press everything else together.
const BAND_REACH = 10

function extents(
  { main, raw, max, low, high }: TrendCurve,
  kind: ScaleKind,
): readonly (Interval | null)[] {
  const found = [main, raw, max, low, high].map((values) => extentOn(kind, values))
  const [ofMain, , , ofLow] = found
  if (kind === 'linear' || !ofMain || !ofLow) return found
  const reach = ofMain[0] / BAND_REACH
  return found.with(3, [Math.max(ofLow[0], reach), Math.max(ofLow[1], reach)])
}

function valueRange(
  curves: readonly TrendCurve[],
  reference: Interval | null,
  kind: ScaleKind,
): Interval {
  const found = curves.flatMap((curve) => extents(curve, kind))
  const all = [...found, reference].filter((extent) => extent !== null)
  if (kind === 'log') {
    const [low, high] = finiteExtent(all, 0) ?? [0.1, 1]
    const [from, to] = padded([Math.log(low), Math.log(high)], MARGIN)
    return low === high ? [low / 2, low * 2] : [Math.exp(from), Math.exp(to)]
  }
  const extent = finiteExtent(all)
  if (extent === null) return [0, 1]
  const [low, high] = padded(extent, MARGIN)
  return extent[0] >= 0 && extent[0] < ZERO_IN_SIGHT * extent[1] ? [0, high] : [low, high]
}

/** Whether there is anything to see: at least one finite value of the statistic. */
export function hasFiniteValue(chart: TrendChart): boolean {
  return chart.curves.some(({ main }) => main.some(Number.isFinite))
}

/** The last finite value; NaN if there is none. */
export function lastFinite(values: Float32Array): number {
  return values.findLast(Number.isFinite) ?? NaN
}

const firsts = new WeakMap<Float32Array, number>()

/** Index of the first point at which a channel is NaN or infinite; −1 if there is none. */
export function firstBroken({ nonfinite }: Pick<TrendCurve, 'nonfinite'>): number {
  const known = firsts.get(nonfinite)
  if (known !== undefined) return known
  let first = 0
  while (first < nonfinite.length && !((nonfinite[first] ?? 0) > 0)) first += 1
  const found = first < nonfinite.length ? first : -1
  firsts.set(nonfinite, found)
  return found
}

/** Whether any channel of any series that is held is NaN or infinite. */
export function anyBroken(held: Held<KernelSeries>): boolean {
  const isBroken = ({ columns }: KernelSeries) =>
    firstBroken({ nonfinite: column(columns, 'nonfinite') }) >= 0
  return [...held.values()].some((byCurve) =>
    [...byCurve.values()].some(({ value }) => value !== null && isBroken(value)),
  )
}
