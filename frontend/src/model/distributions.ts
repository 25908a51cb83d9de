import { finiteExtent, padded, type Interval } from './extent'
import type { Held } from './held'
import { binShares } from './histogram'
import { places, type KernelMoments, type MomentAxis } from './moments'
import type { RunInfo } from './overview'
import type { KernelSet } from './rows'

export const N_BINS = 60

/** The panels of one row of kernels, one per moment, on one x axis. */
export interface DistributionColumn {
  readonly row: KernelSet
  readonly axis: MomentAxis
  readonly x: Interval
  readonly panels: readonly DistributionPanel[]
}

export interface DistributionPanel {
  readonly runs: readonly PanelRun[]
  /** The density at the top of the panel, in channels' share per unit of norm. */
  readonly top: number
}

export interface PanelRun {
  readonly run: RunInfo
  /** Where the frame was found on the axis. */
  readonly place: number
  readonly edges: Float32Array
  readonly mean: number
  readonly max: number
  /** Densities in `N_BINS` equal bins over the column's x; their mean times its width is 1. */
  readonly density: Float64Array
}

// A run whose channels all sit at one norm would press the others flat: its peak is cut.
const PEAK_LIMIT = 3

/** The height to draw up to: the highest peak, unless it towers over the typical one. */
export function topDensity(peaks: readonly number[]): number {
  if (peaks.length === 0) return 1
  const sorted = peaks.toSorted((a, b) => a - b)
  const typical = sorted[(sorted.length - 1) >> 1] ?? 1
  return Math.min(sorted.at(-1) ?? 1, PEAK_LIMIT * typical)
}

/** The column of what is held; null while none of the runs that have the kernel are. */
export function distributionColumn(
  row: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelMoments>,
  axis: MomentAxis,
  nMoments: number,
): DistributionColumn | null {
  const byRun = held.get(row.item)
  if (byRun === undefined) return null
  const found = runs.flatMap((run) => {
    const moments = byRun.get(run.id)?.value
    return moments === undefined || moments === null ? [] : [{ run, moments }]
  })
  const extent = finiteExtent(found.flatMap(({ moments }) => moments.edges))
  const x = padded(extent ?? [0, 1], 0.04)
  const panels = Array.from({ length: nMoments }, (_, index) =>
    panel(found.flatMap(({ run, moments }) => panelRun(run, moments, index, axis, x) ?? [])),
  )
  return { row, axis, x, panels }
}

function panel(runs: readonly PanelRun[]): DistributionPanel {
  return { runs, top: topDensity(runs.map(({ density }) => Math.max(...density))) }
}

function panelRun(
  run: RunInfo,
  moments: KernelMoments,
  index: number,
  axis: MomentAxis,
  x: Interval,
): PanelRun | null {
  const edges = moments.edges[index]
  const shares = edges && binShares(edges, x, N_BINS)
  if (!shares) return null
  const binWidth = (x[1] - x[0]) / N_BINS
  return {
    run,
    place: places(axis, moments)[index] ?? NaN,
    edges,
    mean: moments.mean[index] ?? NaN,
    max: moments.max[index] ?? NaN,
    density: shares.map((share) => share / binWidth),
  }
}
