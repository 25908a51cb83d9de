import type { Controls, Over, Shape } from './controls'
import { smoothDensity } from './density'
import { padded, type Interval } from './extent'
import type { Held } from './held'
import { binShares } from './histogram'
import { isNear, places, type KernelMoments, type MomentAxis, type Spread } from './moments'
import type { RunInfo } from './overview'
import { sharedExtents, type Extent } from './panel-axes'
import { hasKernel, type KernelSet } from './rows'

/** The panels of one row of kernels, one per moment. */
export interface DistributionColumn {
  readonly row: KernelSet
  readonly axis: MomentAxis
  readonly over: Over
  readonly shape: Shape
  /** All that may be in the panels. */
  readonly runs: readonly RunInfo[]
  /** Whether none of them has the kernel. */
  readonly isMissing: boolean
  /** The norms that all panels span; null where each has its own. */
  readonly x: Interval | null
  readonly panels: readonly DistributionPanel[]
}

export interface DistributionPanel {
  readonly x: Interval
  /** Densities at the bottom and the top, in shares per unit of norm; higher peaks are cut. */
  readonly y: Interval
  /** Those that have finite values. */
  readonly runs: readonly PanelRun[]
  /** Those that have the kernel, but no finite values of it. */
  readonly left: readonly RunInfo[]
}

export interface PanelRun {
  readonly run: RunInfo
  /** Where the frame was found on the axis. */
  readonly place: number
  readonly mean: number
  readonly max: number
  /** Over batches the number of frames; null over channels. */
  readonly nFrames: number | null
  /** One over channels; over batches that of the mean and that of the largest norm. */
  readonly spreads: readonly PanelSpread[]
}

export interface PanelSpread {
  readonly of: Spread
  readonly edges: Float32Array
  /**
   * In a histogram, densities in equal bins over the panel's x; otherwise at equally spaced points
   * from its one end to the other.
   */
  readonly density: Float64Array
  /** The highest density. */
  readonly peak: number
}

/** Before it is known how high the panels are. */
export interface DensityColumn extends Omit<DistributionColumn, 'panels'> {
  readonly panels: readonly Omit<DistributionPanel, 'y'>[]
}

export type DistributionOptions = Pick<Controls, 'over' | 'shape' | 'bins' | 'shareX' | 'xLimits'>
export type HeightOptions = Pick<Controls, 'yLimits' | 'clip'>

// Smooth curves are drawn through so many points.
const N_POINTS = 120
// Shares of the norms' extent on both sides; a smooth curve ends beyond it.
const MARGIN = { histogram: 0.04, density: 0.1, ridgeline: 0.1 }
// A run whose channels all sit at one norm would press the others flat: its peak is cut.
const PEAK_LIMIT = 3

/** The height to draw up to: the highest peak, unless it towers over the typical one. */
export function topDensity(peaks: readonly number[], clip: boolean): number {
  const sorted = peaks.filter((peak) => peak > 0).sort((a, b) => a - b)
  const typical = sorted[(sorted.length - 1) >> 1] ?? 1
  return Math.min(sorted.at(-1) ?? 1, clip ? PEAK_LIMIT * typical : Infinity)
}

interface Found {
  readonly run: RunInfo
  readonly moments: KernelMoments
}

/** What is held of a row, run by run. */
export function foundRuns(
  { item }: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelMoments>,
): readonly Found[] {
  const byRun = held.get(item)
  return runs.flatMap((run) => {
    const moments = byRun?.get(run.id)?.value
    return moments ? [{ run, moments }] : []
  })
}

/**
 * The densities of what is held; null while none of the runs that have the kernel are. `extents` are
 * those of the grid's rows, where columns share their axes.
 */
export function densityColumn(
  row: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelMoments>,
  axis: MomentAxis,
  moments: readonly number[],
  options: DistributionOptions,
  extents: readonly Extent[],
): DensityColumn | null {
  const isMissing = !runs.some((run) => hasKernel(run, row))
  if (held.get(row.item) === undefined && !isMissing) return null
  const { over, shape, xLimits } = options
  const found = foundRuns(row, runs, held)
  const shared = sharedExtents(found, moments.length, options, extents)
  const axes = shared.map((extent) => xLimits ?? padded(extent ?? [0, 1], MARGIN[shape]))
  const panels = axes.map((x, index) => {
    const near = found.filter((one) => isNear(moments, index, placeOf(one, index, axis)))
    const drawn = near.map((one) => panelRun(row, one, index, axis, x, options))
    return {
      x,
      runs: drawn.filter((run) => run !== null),
      left: near.flatMap(({ run }, i) => (drawn[i] === null ? [run] : [])),
    }
  })
  const oneAxis = new Set(shared).size === 1 || xLimits !== null
  const x = oneAxis ? (axes[0] ?? null) : null
  return { row, axis, over, shape, runs, isMissing, x, panels }
}

/** The column with panels as high as wanted. */
export function withHeights(
  column: DensityColumn,
  { yLimits, clip }: HeightOptions,
): DistributionColumn {
  const heights = tops(column, clip)
  const panels = column.panels.map((panel, i) => {
    return { ...panel, y: yLimits ?? ([0, heights[i] ?? 1] as const) }
  })
  return { ...column, panels }
}

/** One height for each panel; ridges are compared with each other and have the same. */
function tops({ panels, shape }: DensityColumn, clip: boolean): readonly number[] {
  const peaks = panels.map(({ runs }) => runs.flatMap((run) => run.spreads.map(({ peak }) => peak)))
  if (shape !== 'ridgeline') return peaks.map((ofPanel) => topDensity(ofPanel, clip))
  const top = topDensity(peaks.flat(), clip)
  return peaks.map(() => top)
}

/** Whether the peak is higher than the panel. */
export function isCut({ peak }: PanelSpread, { y: [, top] }: DistributionPanel): boolean {
  // Rounding must not make a peak higher than itself.
  return peak > top * (1 + 1e-9)
}

function placeOf({ moments }: Pick<Found, 'moments'>, index: number, axis: MomentAxis): number {
  return places(axis, moments)[index] ?? NaN
}

function panelRun(
  { nChannels }: KernelSet,
  { run, moments }: Found,
  index: number,
  axis: MomentAxis,
  x: Interval,
  { shape, bins }: DistributionOptions,
): PanelRun | null {
  const nFrames = moments.nFrames?.[index] ?? null
  const spreads = moments.spreads.flatMap(({ of, edges: all }): PanelSpread[] => {
    const edges = all[index]
    if (edges === undefined) return []
    const density =
      shape === 'histogram'
        ? binShares(edges, x, bins)?.map((share) => (share * bins) / (x[1] - x[0]))
        : smoothDensity(edges, nFrames ?? nChannels, x, N_POINTS)
    return density ? [{ of, edges, density, peak: Math.max(...density) }] : []
  })
  if (spreads.length === 0) return null
  return {
    run,
    place: placeOf({ moments }, index, axis),
    mean: moments.mean[index] ?? NaN,
    max: moments.max[index] ?? NaN,
    nFrames,
    spreads,
  }
}

/** Whether limits leave nothing of what the panel has. */
export function isOutside({ runs, x: [low, high], y: [bottom] }: DistributionPanel): boolean {
  const spreads = runs.flatMap((run) => run.spreads)
  return (
    spreads.length > 0 &&
    spreads.every(({ edges, peak }) => {
      return (edges.at(-1) ?? NaN) < low || (edges[0] ?? NaN) > high || peak <= bottom
    })
  )
}

/**
 * The runs of a panel as they are drawn: on each other, or, where colours tell the mean from the
 * largest norm, each in a strip of its own below the one before.
 */
export function strips(
  { over, runs }: DistributionColumn,
  panel: DistributionPanel,
): readonly (readonly PanelRun[])[] {
  if (over === 'channels') return [panel.runs]
  return runs.map(({ id }) => panel.runs.filter(({ run }) => run.id === id))
}

/** The column of one of its runs, on the axes of all. */
export function ofRun(column: DistributionColumn, run: RunInfo): DistributionColumn {
  const only = (panel: DistributionPanel) => panel.runs.filter((found) => found.run.id === run.id)
  const panels = column.panels.map((panel) => {
    return { ...panel, runs: only(panel), left: panel.left.filter(({ id }) => id === run.id) }
  })
  return { ...column, runs: [run], panels }
}
