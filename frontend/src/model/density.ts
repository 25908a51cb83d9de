import type { Interval } from './extent'

// Silverman's rule of thumb for the width of a normal kernel.
const RULE = 0.9
const IQR_OF_NORMAL = 1.34
// Half the support of a biweight kernel with a standard deviation of 1.
const SUPPORT = Math.sqrt(7)
// Thinner peaks would fall between the points at which they are drawn.
const MIN_SUPPORT_POINTS = 2

/**
 * A smooth density of norms at `nPoints` equally spaced points from one end of the interval to
 * the other, from the quantiles at i/n of `nValues` values: the uniform pieces between quantiles,
 * convolved with a biweight kernel. What would fall below zero, where there are no norms, is
 * reflected, so that the integral over all norms is 1. Null if an edge is not finite.
 */
export function smoothDensity(
  edges: Float32Array,
  nValues: number,
  [low, high]: Interval,
  nPoints: number,
): Float64Array | null {
  if (edges.length < 2 || !edges.every(Number.isFinite)) return null
  const spacing = (high - low) / (nPoints - 1)
  const support = Math.max(bandwidth(edges, nValues) * SUPPORT, spacing * MIN_SUPPORT_POINTS)
  const density = new Float64Array(nPoints)
  const share = 1 / (edges.length - 1)
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = edges[i] ?? NaN
    const to = edges[i + 1] ?? NaN
    add(from, to)
    if (from < support) add(-to, -from)
  }
  return density

  function add(from: number, to: number): void {
    const first = Math.max(0, Math.ceil((Math.max(0, from - support) - low) / spacing))
    const last = Math.min(nPoints - 1, Math.floor((to + support - low) / spacing))
    for (let i = first; i <= last; i++) {
      const x = low + i * spacing
      const value =
        to - from > 1e-9 * support
          ? (biweightShare((x - from) / support) - biweightShare((x - to) / support)) / (to - from)
          : biweight((x - from) / support) / support
      density[i] = (density[i] ?? 0) + share * value
    }
  }
}

/** The standard deviation of the kernel; 0 if all values are equal. */
export function bandwidth(edges: Float32Array, nValues: number): number {
  const n = edges.length - 1
  const mean = edges.reduce((sum, edge) => sum + edge, 0) / (n + 1)
  const std = Math.sqrt(edges.reduce((sum, edge) => sum + (edge - mean) ** 2, 0) / (n + 1))
  const quarter = Math.round(n / 4)
  const range = ((edges[n - quarter] ?? NaN) - (edges[quarter] ?? NaN)) / IQR_OF_NORMAL
  const spread = range > 0 ? Math.min(std, range) : std
  // Between quantiles nothing is known, so more values than quantiles make it no sharper.
  return RULE * spread * Math.max(1, Math.min(n, nValues)) ** -0.2
}

function biweight(u: number): number {
  return Math.abs(u) < 1 ? (15 / 16) * (1 - u * u) ** 2 : 0
}

/** The integral of `biweight` up to `u`. */
function biweightShare(u: number): number {
  if (u <= -1) return 0
  if (u >= 1) return 1
  const square = u * u
  return 0.5 + (15 / 16) * u * (1 - (2 / 3) * square + square * square * 0.2)
}
