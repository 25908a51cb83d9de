import type { Axis, Band, Controls, Measure, Relation, Seeds } from './controls'
import type { RunInfo } from './overview'

/** A column of `series` and `snapshot`: a statistic, or an edge, the quantile at i/32. */
export type Column = 'mean' | 'max' | 'min' | 'std' | 'total' | 'nonfinite' | `q${number}`

export type Columns = ReadonlyMap<Column, Float32Array>

/** Statistics of one row in one curve along training; all arrays have one element per point. */
export interface KernelSeries {
  readonly step: Float64Array
  readonly epoch: Float32Array
  readonly wallTime: Float64Array
  readonly columns: Columns
  /** Of runs that differ in their seed only: `columns` is their mean, these their extremes. */
  readonly seeds: SeedBand | null
}

export interface SeedBand {
  readonly low: Columns
  readonly high: Columns
  /** How many runs there are at each point. */
  readonly nRuns: Float64Array
}

/** What a request of `series` asks for, beside runs and rows. */
export interface SeriesQuery {
  readonly columns: readonly Column[]
  readonly relation: Relation
  readonly baseline: string | null
  readonly seeds: Seeds
  readonly maxPoints: number
}

/** The ends of each band; between those of the quantiles are 75 % of the channels. */
export const BAND_COLUMNS: Readonly<Record<Band, readonly [Column, Column] | null>> = {
  none: null,
  quantiles: ['q4', 'q28'],
  // Least and greatest as edges, for those are given relative to the mean as the others are.
  minmax: ['q0', 'q32'],
}
export const BAND_SHARE = 0.75

const MAX_POINTS = 400
/** A small trend in a row of the heat-map. */
const MAX_POINTS_SMALL = 60

export const STATISTIC_COLUMNS: Readonly<Record<Controls['statistic'], Column>> = {
  mean: 'mean',
  max: 'max',
  median: 'q16',
  total: 'total',
  std: 'std',
}

/** What a measure of the heat-map is made of. */
export const MEASURE_QUERIES: Readonly<
  Record<Measure, { readonly columns: readonly Column[]; readonly relation: Relation }>
> = {
  retention: { columns: ['total'], relation: 'start' },
  ratio: { columns: ['mean'], relation: 'baseline' },
  distance: { columns: ['mean'], relation: 'target' },
  mean: { columns: ['mean'], relation: 'none' },
  max: { columns: ['max'], relation: 'none' },
  spread: { columns: ['mean', 'std'], relation: 'none' },
}

/**
 * Whether a band of channels can be drawn around the statistic: it must be a norm of channels, and
 * relative to the same thing as the edges, which is the mean.
 */
export function hasBand({
  statistic,
  relation,
}: Pick<Controls, 'statistic' | 'relation'>): boolean {
  if (statistic === 'max') return relation === 'none' || relation === 'target'
  return statistic === 'mean' || statistic === 'median'
}

/** The columns that the curves of Trends are made of; the largest norm goes along with the mean. */
export function trendColumns(controls: Controls): readonly Column[] {
  const { statistic, band, seeds } = controls
  const columns: Column[] = [STATISTIC_COLUMNS[statistic], 'nonfinite']
  if (statistic === 'mean') columns.push('max')
  if (seeds === 'each' && hasBand(controls)) columns.push(...(BAND_COLUMNS[band] ?? []))
  return columns
}

export function seriesQuery(controls: Controls): SeriesQuery {
  const { baseline, view, seeds } = controls
  if (view === 'overview') {
    const measure = MEASURE_QUERIES[controls.measure]
    return { ...measure, baseline, seeds: 'each', maxPoints: MAX_POINTS_SMALL }
  }
  const { relation } = controls
  return { columns: trendColumns(controls), relation, baseline, seeds, maxPoints: MAX_POINTS }
}

const NOTHING = new Float32Array(0)

/** A column that was asked for; empty if it was not. */
export function column(columns: Columns, name: Column): Float32Array {
  return columns.get(name) ?? NOTHING
}

/** The places of points on the axis; `start` is where relative time is zero, in seconds. */
export function along(
  axis: Axis,
  series: Pick<KernelSeries, 'step' | 'epoch' | 'wallTime'>,
  start: number,
): Float64Array | Float32Array {
  switch (axis) {
    case 'step':
      return series.step
    case 'epoch':
      return series.epoch
    case 'wall':
      return series.wallTime
    case 'relative':
      return series.wallTime.map((time) => time - start)
  }
}

/** The first and last place of a run on the axis. */
export function rangeOf(run: RunInfo, axis: Axis): readonly [first: number, last: number] {
  switch (axis) {
    case 'step':
      return [run.first_step, run.last_step]
    case 'epoch':
      return [run.first_epoch ?? NaN, run.last_epoch ?? NaN]
    case 'wall':
      return [run.first_wall_time_s, run.last_wall_time_s]
    case 'relative':
      return [0, run.last_wall_time_s - run.first_wall_time_s]
  }
}

/** What is held up to the step `since`, and after it what came since. */
export function continued(held: KernelSeries, since: number, more: KernelSeries): KernelSeries {
  const kept = held.step.findLastIndex((step) => step <= since) + 1
  const joined = <T extends Float32Array | Float64Array>(a: T, b: T): T => {
    const all = new (a.constructor as new (length: number) => T)(kept + b.length)
    all.set(a.subarray(0, kept))
    all.set(b, kept)
    return all
  }
  const columns = (a: Columns, b: Columns): Columns =>
    new Map([...a].map(([name, values]) => [name, joined(values, column(b, name))]))
  return {
    step: joined(held.step, more.step),
    epoch: joined(held.epoch, more.epoch),
    wallTime: joined(held.wallTime, more.wallTime),
    columns: columns(held.columns, more.columns),
    seeds: held.seeds &&
      more.seeds && {
        low: columns(held.seeds.low, more.seeds.low),
        high: columns(held.seeds.high, more.seeds.high),
        nRuns: joined(held.seeds.nRuns, more.seeds.nRuns),
      },
  }
}
