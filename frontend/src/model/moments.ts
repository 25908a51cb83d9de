import type { Axis } from './controls'
import { formatPlace } from './format'
import type { Held } from './held'
import type { RunInfo } from './overview'
import { rangeOf } from './series'

/** The distribution over the channels of one row in one run, at each wanted step. */
export interface KernelMoments {
  readonly step: Float64Array
  readonly epoch: Float32Array
  /** One array per step: the 33 quantiles at i/32. */
  readonly edges: readonly Float32Array[]
  readonly mean: Float32Array
  readonly max: Float32Array
}

/** The distributions of mean and largest norm over the batches of an epoch, at each wanted step. */
export interface KernelBatches {
  readonly step: Float64Array
  /** Whole numbers; NaN where unknown. */
  readonly epoch: Float64Array
  /** The number of frames in the epoch. */
  readonly nFrames: Float64Array
  readonly edgesOfMean: readonly Float32Array[]
  readonly edgesOfMax: readonly Float32Array[]
}

/** Moments are chosen by step or epoch: answers at chosen steps do not say their time. */
export type MomentAxis = 'step' | 'epoch'

export function momentAxis(axis: Axis): MomentAxis {
  return axis === 'epoch' ? 'epoch' : 'step'
}

export function places(
  axis: MomentAxis,
  found: Pick<KernelMoments | KernelBatches, 'step' | 'epoch'>,
): Float64Array | Float32Array {
  return axis === 'step' ? found.step : found.epoch
}

export const N_MOMENTS = 5

/**
 * At most `n` evenly spaced places, the first and last of what all runs share included; of what
 * any run covers where they share nothing. Empty without runs.
 */
export function chooseMoments(
  runs: readonly RunInfo[],
  axis: MomentAxis,
  n = N_MOMENTS,
): readonly number[] {
  if (runs.length === 0) return []
  const ranges = runs.map((run) => rangeOf(run, axis))
  const firsts = ranges.map(([first]) => first)
  const lasts = ranges.map(([, last]) => last)
  let low = Math.max(...firsts)
  let high = Math.min(...lasts)
  if (low > high) {
    low = Math.min(...firsts)
    high = Math.max(...lasts)
  }
  const chosen = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1))
  return [...new Set(axis === 'step' ? chosen.map(Math.round) : chosen)]
}

/** The whole steps at which a run is nearest to the moments. */
export function momentSteps(
  run: RunInfo,
  moments: readonly number[],
  axis: MomentAxis,
): readonly number[] {
  if (axis === 'step') return moments
  const [first, last] = rangeOf(run, 'epoch')
  const scale = (run.last_step - run.first_step) / (last - first)
  return moments.map((epoch) => {
    const step = Math.round(run.first_step + (epoch - first) * scale)
    return Number.isFinite(step) ? Math.max(0, step) : run.last_step
  })
}

/**
 * The name of a row: the place where all runs have a frame, otherwise the wanted place with a ≈,
 * for TensorBoard keeps a random sample of the frames.
 */
export function momentLabel(
  axis: MomentAxis,
  moment: number,
  index: number,
  found: readonly Pick<KernelMoments, 'step' | 'epoch'>[],
): string {
  const labels = new Set(
    found.map((moments) => formatPlace(axis, places(axis, moments)[index] ?? NaN)),
  )
  const [only] = labels
  if (labels.size === 1 && only !== undefined) return only
  const wanted = formatPlace(axis, moment)
  return labels.size === 0 ? wanted : `≈ ${wanted}`
}

/** One answer per run: a run's frames are the same ones for all its kernels. */
export function foundMoments<V>(held: Held<V>, runs: readonly RunInfo[]): readonly V[] {
  return runs.flatMap((run) => {
    for (const byRun of held.values()) {
      const found = byRun.get(run.id)?.value
      if (found !== undefined && found !== null) return [found]
    }
    return []
  })
}
