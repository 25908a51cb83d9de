/**
 * The exponential moving average, as TensorBoard's scalars have it: `weight` is that of the past,
 * corrected for its having none at the start. What is not finite stays as it is and counts for
 * nothing; `weight` 0 changes nothing.
 */
export function smoothed(values: Float32Array, weight: number): Float32Array {
  if (weight === 0) return values
  let average = 0
  let n = 0
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    average = average * weight + value * (1 - weight)
    n += 1
    return average / (1 - weight ** n)
  })
}
