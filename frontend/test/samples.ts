import { separate, type Curve } from '../src/model/curves'
import type { HeldEntry } from '../src/model/held'
import type { KernelMoments } from '../src/model/moments'
import type { Overview, KernelInfo, RunInfo } from '../src/model/overview'
import { eachKernel, type KernelSet } from '../src/model/rows'
import type { KernelSeries } from '../src/model/series'
import type { TrendChart, TrendCurve } from '../src/model/trends'

/** A run `name` with steps 0 to 1000 in 5 epochs. */
export function run(name: string, changes: Partial<RunInfo> = {}): RunInfo {
  return {
    id: `id of ${name}`,
    name,
    label: 'none',
    decay: 0,
    kernels: ['k'],
    n_frames: 101,
    first_step: 0,
    last_step: 1000,
    first_epoch: 0,
    last_epoch: 5,
    first_wall_time_s: 0,
    last_wall_time_s: 10,
    growing: false,
    generation: '1',
    ...changes,
  }
}

export function kernel(changes: Partial<KernelInfo> = {}): KernelInfo {
  return {
    id: 'k',
    path: 'output/kernel',
    layer: 'output',
    layer_class: 'Conv1D',
    role: 'kernel',
    shape: [8, 32, 64],
    channel_axes: [2],
    n_channels: 64,
    group: 'output',
    target: null,
    ...changes,
  }
}

export function overview(runs: readonly RunInfo[]): Overview {
  return {
    runs,
    kernels: [kernel()],
    replicates: runs.map(({ id }) => [id]),
    baseline: runs[0]?.id ?? null,
    norm: 'l2',
  }
}

/** The kernel as a row. */
export function row(changes: Partial<KernelInfo> = {}): KernelSet {
  const [only] = eachKernel([kernel(changes)])
  if (only === undefined) throw new Error('There is a row for each kernel.')
  return only
}

/** The run as a curve. */
export function curve(name: string, changes: Partial<RunInfo> = {}): Curve {
  const [only] = separate([run(name, changes)])
  if (only === undefined) throw new Error('There is a curve for each run.')
  return only
}

export function entry<V>(value: V | null): HeldEntry<V> {
  return { version: '', generation: '', until: -Infinity, value }
}

/** A series whose band is 0.1 to both sides of the mean, and whose largest is 0.2 above it. */
export function series(step: readonly number[], mean: readonly number[]): KernelSeries {
  return {
    step: Float64Array.from(step),
    epoch: Float32Array.from(step, (value) => value / 200),
    wallTime: Float64Array.from(step, (value) => value / 100),
    columns: new Map([
      ['mean', Float32Array.from(mean)],
      ['max', Float32Array.from(mean, (value) => value + 0.2)],
      ['q4', Float32Array.from(mean, (value) => value - 0.1)],
      ['q28', Float32Array.from(mean, (value) => value + 0.1)],
    ]),
    seeds: null,
  }
}

/** Norms spread evenly over [low, high], at one step per interval. */
export function moments(
  step: readonly number[],
  spreads: readonly (readonly [number, number])[],
): KernelMoments {
  return {
    step: Float64Array.from(step),
    epoch: Float32Array.from(step, (value) => value / 200),
    nFrames: null,
    spreads: [{ of: 'channels', edges: spreads.map(([low, high]) => evenEdges(low, high)) }],
    mean: Float32Array.from(spreads, ([low, high]) => (low + high) / 2),
    max: Float32Array.from(spreads, ([, high]) => high),
  }
}

/** Per epoch, means spread evenly over [low, high] in 8 batches, and maxima twice as large. */
export function batches(
  epoch: readonly number[],
  spreads: readonly (readonly [number, number])[],
): KernelMoments {
  return {
    step: Float64Array.from(epoch, (value) => value * 200),
    epoch: Float64Array.from(epoch),
    nFrames: Float64Array.from(epoch, () => 8),
    spreads: [
      { of: 'mean', edges: spreads.map(([low, high]) => evenEdges(low, high)) },
      { of: 'max', edges: spreads.map(([low, high]) => evenEdges(2 * low, 2 * high)) },
    ],
    mean: Float32Array.from(spreads, ([low, high]) => (low + high) / 2),
    max: Float32Array.from(spreads, ([, high]) => 2 * high),
  }
}

export function evenEdges(low: number, high: number): Float32Array {
  return Float32Array.from({ length: 33 }, (_, i) => low + ((high - low) * i) / 32)
}

/** A curve with its mean only. */
export function trendCurve(
  name: string,
  step: readonly number[],
  mean: readonly number[],
): TrendCurve {
  const none = new Float32Array(0)
  const x = Float64Array.from(step)
  const main = Float32Array.from(mean)
  return {
    ...{ curve: curve(name), step: x, x, main },
    ...{ raw: none, max: none, low: none, high: none, nonfinite: none },
  }
}

/** A chart of the steps 0 to 1000. */
export function trendSample(curves: readonly TrendCurve[]): TrendChart {
  return {
    ...{ row: row(), axis: 'step', statistic: 'mean', relation: 'none', curves },
    ...{ x: [0, 1000], whole: [0, 1000], y: [0, 2], yKind: 'linear', reference: null },
  }
}
