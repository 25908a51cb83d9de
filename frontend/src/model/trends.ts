import type { Axis, Controls } from './controls'
import type { Curve } from './curves'
import { finiteExtent, padded, type Interval } from './extent'
import type { Held } from './held'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'
import { along, BAND_EDGES, column, rangeOf, STATISTIC_COLUMNS, type KernelSeries } from './series'

/** One row along training, all curves overlaid. */
export interface TrendChart {
  readonly row: KernelSet
  readonly axis: Axis
  readonly curves: readonly TrendCurve[]
  readonly x: Interval
  readonly y: Interval
}

export interface TrendCurve {
  readonly curve: Curve
  readonly x: Float64Array | Float32Array
  /** The statistic that was chosen. */
  readonly main: Float32Array
  /** The largest norm; empty where it is not shown beside the statistic. */
  readonly max: Float32Array
  /** The ends of the band; empty without one. */
  readonly low: Float32Array
  readonly high: Float32Array
}

// Below this ratio the axis starts at zero: it costs little height and shows the true proportion.
const ZERO_IN_SIGHT = 0.4

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
  controls: Pick<Controls, 'statistic' | 'band'>,
): TrendChart | null {
  const byCurve = held.get(row.item)
  if (byCurve === undefined) return null
  const drawn = curves.flatMap((curve): TrendCurve[] => {
    const series = byCurve.get(curve.id)?.value
    if (series === undefined || series === null) return []
    return [{ curve, x: along(axis, series, start(curve)), ...lines(series, controls) }]
  })
  const runs = curves.flatMap((curve) => curve.runs)
  return { row, axis, curves: drawn, x: trendRange(runs, axis), y: valueRange(drawn, row.target) }
}

function start({ runs }: Curve): number {
  return Math.min(...runs.map((run) => run.first_wall_time_s))
}

function lines(
  { columns }: KernelSeries,
  { statistic, band }: Pick<Controls, 'statistic' | 'band'>,
): Omit<TrendCurve, 'curve' | 'x'> {
  const none = new Float32Array(0)
  const [low, high] =
    band === 'none'
      ? [none, none]
      : (band === 'minmax' ? (['min', 'max'] as const) : BAND_EDGES).map((name) =>
          column(columns, name),
        )
  return {
    main: column(columns, STATISTIC_COLUMNS[statistic]),
    max: statistic === 'mean' ? column(columns, 'max') : none,
    low: low ?? none,
    high: high ?? none,
  }
}

function valueRange(curves: readonly TrendCurve[], target: KernelSet['target']): Interval {
  const arrays = curves.flatMap(({ main, max, low, high }) => [main, max, low, high])
  const extent = finiteExtent(target === null ? arrays : [...arrays, target])
  if (extent === null) return [0, 1]
  const [low, high] = padded(extent, 0.04)
  return extent[0] >= 0 && extent[0] < ZERO_IN_SIGHT * extent[1] ? [0, high] : [low, high]
}

/** Whether there is anything to see: at least one finite value of the statistic. */
export function hasFiniteValue(chart: TrendChart): boolean {
  return finiteExtent(chart.curves.map(({ main }) => main)) !== null
}

/** The last finite value; NaN if there is none. */
export function lastFinite(values: Float32Array): number {
  return values.findLast(Number.isFinite) ?? NaN
}
