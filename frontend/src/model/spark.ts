import type { Axis, Measure } from './controls'
import { finiteExtent, padded, type Interval } from './extent'
import type { Held } from './held'
import { measured } from './heat-map'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'
import { along, type KernelSeries } from './series'
import { trendRange } from './trends'

/** The small trend of one row of the heat-map. */
export interface Spark {
  readonly x: Interval
  /** NaN where no value is finite. */
  readonly y: Interval
  readonly lines: readonly SparkLine[]
}

export interface SparkLine {
  readonly run: RunInfo
  readonly x: Float64Array | Float32Array
  readonly y: Float64Array
  readonly step: Float64Array
}

/** The measure along training in the runs that are held. */
export function spark(
  { item }: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelSeries>,
  measure: Measure,
  axis: Axis,
): Spark {
  const byRun = held.get(item)
  const lines = runs.flatMap((run): SparkLine[] => {
    const series = byRun?.get(run.id)?.value
    if (!series) return []
    const { step, columns } = series
    const y = Float64Array.from(step, (_, i) =>
      measured(measure, (name) => columns.get(name)?.[i] ?? NaN),
    )
    return [{ run, x: along(axis, series, run.first_wall_time_s), y, step }]
  })
  const y = padded(finiteExtent(lines.map((line) => line.y)) ?? [NaN, NaN], 0.08)
  return { x: trendRange(runs, axis), y, lines }
}
