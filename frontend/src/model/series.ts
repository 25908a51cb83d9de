import type { Axis } from './controls'

/** Statistics of one kernel in one run along training; all arrays have one element per point. */
export interface KernelSeries {
  readonly step: Float64Array
  readonly epoch: Float32Array
  readonly mean: Float32Array
  readonly max: Float32Array
  /** The band's edges: the quantiles at 4/32 and 28/32, between them 75 % of the channels. */
  readonly low: Float32Array
  readonly high: Float32Array
}

export const BAND_SHARE = 0.75

/** The columns of `series` that make up a `KernelSeries`. */
export const SERIES_COLUMNS = { mean: 'mean', max: 'max', low: 'q4', high: 'q28' } as const

/** The distribution over the channels of one kernel in one run, at each wanted step. */
export interface KernelMoments {
  readonly step: Float64Array
  readonly epoch: Float32Array
  /** One array per step: the 33 quantiles at i/32. */
  readonly edges: readonly Float32Array[]
  readonly mean: Float32Array
  readonly max: Float32Array
}

export function along(
  axis: Axis,
  place: { readonly step: Float64Array; readonly epoch: Float32Array },
): Float64Array | Float32Array {
  return axis === 'step' ? place.step : place.epoch
}
