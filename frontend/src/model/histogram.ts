/**
 * Share of the channels at or below `x`, from the quantiles at i/n. Between two quantiles it rises
 * linearly; where several are equal it jumps.
 */
export function cumulativeShare(edges: Float32Array, x: number): number {
  let below = 0
  let above = edges.length - 1
  while (above - below > 1) {
    const middle = (below + above) >> 1
    if ((edges[middle] ?? NaN) <= x) below = middle
    else above = middle
  }
  return shareBetween(edges, below, x)
}

/** The same where the edge `below` is the last one that is not above `x`. */
function shareBetween(edges: Float32Array, below: number, x: number): number {
  const n = edges.length - 1
  if (x < (edges[0] ?? NaN)) return 0
  if (x >= (edges[n] ?? NaN)) return 1
  const left = edges[below] ?? NaN
  const right = edges[below + 1] ?? NaN
  return (below + (x - left) / (right - left)) / n
}

// Far less than neighbouring float32 are apart: just below the first bin's lower bound.
const BELOW = 1e-12

/**
 * The share of the channels in each of `nBins` equal bins over [low, high]; they sum to 1 if the
 * edges lie in there, otherwise to less. Each bin holds its upper bound, the first one its lower bound too. Null if
 * an edge is not finite.
 */
export function binShares(
  edges: Float32Array,
  [low, high]: readonly [number, number],
  nBins: number,
): Float64Array | null {
  if (edges.length < 2 || !edges.every(Number.isFinite)) return null
  const shares = new Float64Array(nBins)
  let shareBelow = cumulativeShare(edges, low - BELOW * Math.max(Math.abs(low), 1e-30))
  let edge = 0
  for (let i = 0; i < nBins; i++) {
    // The bounds are computed in float64; the last must not miss the largest edge by rounding.
    const bound = i === nBins - 1 ? high : low + ((high - low) * (i + 1)) / nBins
    while ((edges[edge + 1] ?? Infinity) <= bound) edge += 1
    const share = shareBetween(edges, edge, bound)
    shares[i] = share - shareBelow
    shareBelow = share
  }
  return shares
}
