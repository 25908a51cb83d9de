/** Index of the element of an ascending array that is nearest to `x`; 0 if there is none. */
export function nearestIndex(ascending: ArrayLike<number>, x: number): number {
  let low = 0
  let high = ascending.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? NaN) <= x) low = middle
    else high = middle
  }
  const [below = NaN, above = NaN] = [ascending[low], ascending[high]]
  return high > low && above - x < x - below ? high : Math.max(0, low)
}
