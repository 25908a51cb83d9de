import type { Axis, Controls, Over } from './controls'
import { formatPlace } from './format'
import type { Held } from './held'
import type { RunInfo } from './overview'
import { rangeOf } from './series'

/** What is distributed: the channel norms at a step, or their mean or largest over batches. */
export type Spread = 'channels' | 'mean' | 'max'

/** The distributions of one row in one run, at each wanted step. */
export interface KernelMoments {
  readonly step: Float64Array
  /** Over batches whole numbers; NaN where unknown. */
  readonly epoch: Float32Array | Float64Array
  /** Over batches the number of frames in each epoch; null over channels. */
  readonly nFrames: Float64Array | null
  readonly spreads: readonly {
    readonly of: Spread
    /** One array per step: the 33 quantiles at i/32. */
    readonly edges: readonly Float32Array[]
  }[]
  /** The mean of the channels; over batches the median of these means. */
  readonly mean: Float32Array
  /** The largest channel; over batches the largest of them all. */
  readonly max: Float32Array
}

/** Moments are chosen by step or epoch: answers at chosen steps do not say their time. */
export type MomentAxis = 'step' | 'epoch'

export function momentAxis(axis: Axis, over: Over): MomentAxis {
  return axis === 'epoch' || over === 'batches' ? 'epoch' : 'step'
}

export function places(
  axis: MomentAxis,
  found: Pick<KernelMoments, 'step' | 'epoch'>,
): Float64Array | Float32Array {
  return axis === 'step' ? found.step : found.epoch
}

/** How many rows the grid has: ridges take less room than panels. */
export function momentCount({ shape, over }: Pick<Controls, 'shape' | 'over'>): number {
  return shape === 'ridgeline' && over === 'channels' ? 12 : 5
}

/** One kernel large has a ridge for each of so many moments. */
export const N_LARGE_MOMENTS = 24

/** Whether a run can be placed on the axis. */
export function hasMoments(axis: MomentAxis): (run: RunInfo) => boolean {
  return (run) => axis === 'step' || run.last_epoch !== null
}

interface MomentChoice extends Pick<Controls, 'over'> {
  readonly axis: MomentAxis
  readonly n: number
  /** The step of the last moment; null for the last that all runs share. */
  readonly step: number | null
}

// Where runs share less of what they cover, one has just begun or they follow each other.
const MIN_SHARED = 0.25

/**
 * At most `n` evenly spaced places, the first and last of what all runs share included; of what
 * any run covers where they share little or nothing. Over batches they are numbers of epochs, of which the
 * first is 1; along epochs whole numbers where there are enough of them. Empty without runs.
 */
export function chooseMoments(
  runs: readonly RunInfo[],
  { over, axis, n, step }: MomentChoice,
): readonly number[] {
  if (runs.length === 0) return []
  const ranges = runs.map((run) => rangeOf(run, axis).map((end) => rowOf(end, over)))
  const firsts = ranges.map(([first = NaN]) => first)
  const lasts = ranges.map(([, last = NaN]) => last)
  const whole = [Math.min(...firsts), Math.max(...lasts)] as const
  const shared = [Math.max(...firsts), Math.min(...lasts)] as const
  const isLittle = shared[1] - shared[0] < MIN_SHARED * (whole[1] - whole[0])
  const [low, last] = isLittle ? whole : shared
  let high = last
  if (step !== null) {
    const chosen = runs.map((run) => rowOf(placeOfStep(run, step, axis), over))
    high = Math.min(last, Math.max(low, ...chosen))
  }
  const even = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1))
  const isWhole = axis === 'step' || over === 'batches' || high - low >= n - 1
  const chosen = even.map((place, i) => (isWhole && i > 0 && i < n - 1 ? Math.round(place) : place))
  return [...new Set(chosen)]
}

/** A frame belongs to the epoch that it ends or lies in; what was before training is left out. */
function rowOf(place: number, over: Over): number {
  return over === 'batches' ? Math.max(1, Math.ceil(place)) : place
}

function placeOfStep(run: RunInfo, step: number, axis: MomentAxis): number {
  if (axis === 'step') return step
  const [first, last] = rangeOf(run, 'epoch')
  const share = (step - run.first_step) / (run.last_step - run.first_step)
  return Number.isFinite(share) ? first + (last - first) * share : last
}

// Nearer to the end of an epoch, for there is its only frame if it has just one.
const WITHIN_EPOCH = 0.25

/** The whole steps at which a run is nearest to the moments, or well inside the epochs. */
export function momentSteps(
  run: RunInfo,
  moments: readonly number[],
  axis: MomentAxis,
  over: Over,
): readonly number[] {
  if (axis === 'step') return moments
  const [first, last] = rangeOf(run, 'epoch')
  const scale = (run.last_step - run.first_step) / (last - first)
  return moments.map((moment) => {
    const epoch = over === 'batches' ? Math.min(last, moment - WITHIN_EPOCH) : moment
    const step = Math.round(run.first_step + (epoch - first) * scale)
    return Number.isFinite(step) ? Math.max(0, step) : run.last_step
  })
}

/** Whether a frame stands for the moment, or its run ended before or began after. */
export function isNear(moments: readonly number[], index: number, place: number): boolean {
  const spacing = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / (moments.length - 1)
  return moments.length < 2 || !(Math.abs(place - (moments[index] ?? NaN)) > spacing)
}

/**
 * The name of a row: the place where all runs have a frame, otherwise the wanted place with a ≈,
 * for TensorBoard keeps a random sample of the frames.
 */
export function momentLabel(
  axis: MomentAxis,
  moments: readonly number[],
  index: number,
  found: readonly Pick<KernelMoments, 'step' | 'epoch'>[],
): string {
  const near = found
    .map((ofRun) => places(axis, ofRun)[index] ?? NaN)
    .filter((place) => isNear(moments, index, place))
  const labels = new Set(near.map((place) => formatPlace(axis, place)))
  const [only] = labels
  if (labels.size === 1 && only !== undefined) return only
  const wanted = formatPlace(axis, moments[index] ?? NaN)
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
