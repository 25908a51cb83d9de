import type { Axis } from './controls'
import { finiteExtent, padded, type Interval } from './extent'
import type { Held } from './held'
import type { KernelInfo, RunInfo } from './overview'
import { along, type KernelSeries } from './series'

/** One kernel along training, all runs overlaid. */
export interface TrendChart {
  readonly kernel: KernelInfo
  readonly axis: Axis
  readonly runs: readonly TrendRun[]
  readonly x: Interval
  readonly y: Interval
}

export interface TrendRun {
  readonly run: RunInfo
  readonly x: Float64Array | Float32Array
  readonly mean: Float32Array
  readonly max: Float32Array
  readonly low: Float32Array
  readonly high: Float32Array
}

// Below this ratio the axis starts at zero: it costs little height and shows the true proportion.
const ZERO_IN_SIGHT = 0.4

/** The range of places that all charts share; `[0, 0]` without runs. */
export function trendRange(runs: readonly RunInfo[], axis: Axis): Interval {
  const firsts = runs.map((run) => (axis === 'step' ? run.first_step : 0))
  const lasts = runs.map((run) => (axis === 'step' ? run.last_step : (run.last_epoch ?? 0)))
  return finiteExtent([firsts, lasts]) ?? [0, 0]
}

/** The chart of what is held; null while none of the runs that have the kernel are. */
export function trendChart(
  kernel: KernelInfo,
  runs: readonly RunInfo[],
  held: Held<KernelSeries>,
  axis: Axis,
): TrendChart | null {
  const byRun = held.get(kernel.id)
  if (byRun === undefined) return null
  const drawn = runs.flatMap((run): TrendRun[] => {
    const series = byRun.get(run.id)?.value
    if (series === undefined || series === null) return []
    const { mean, max, low, high } = series
    return [{ run, x: along(axis, series), mean, max, low, high }]
  })
  return {
    kernel,
    axis,
    runs: drawn,
    x: trendRange(runs, axis),
    y: valueRange(drawn, kernel.target),
  }
}

function valueRange(runs: readonly TrendRun[], target: KernelInfo['target']): Interval {
  const arrays = runs.flatMap(({ mean, max, low, high }) => [mean, max, low, high])
  const extent = finiteExtent(target === null ? arrays : [...arrays, target])
  if (extent === null) return [0, 1]
  const [low, high] = padded(extent, 0.04)
  return extent[0] >= 0 && extent[0] < ZERO_IN_SIGHT * extent[1] ? [0, high] : [low, high]
}

/** Whether there is anything to see: at least one finite mean. */
export function hasFiniteMean(chart: TrendChart): boolean {
  return finiteExtent(chart.runs.map((run) => run.mean)) !== null
}

/** The last finite value; NaN if there is none. */
export function lastFinite(values: Float32Array): number {
  return values.findLast(Number.isFinite) ?? NaN
}
