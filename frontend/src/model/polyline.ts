import type { ScaleKind } from './scale'

/** Numbers along training. */
export type Values = Float32Array | Float64Array

/** A line without a gap through at least one point; heights on a log scale are logarithms. */
export interface Stretch {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** How far a line may be from where it should be, in the units of its stretches. */
export interface Tolerance {
  readonly x: number
  readonly y: number
}

// Written anew by each call: to allocate arrays takes as long as to fill them.
let logs = new Float32Array(0)

/**
 * The stretches of a line through values that have a place on the scale. They leave out points which
 * the line through the others passes no further away than the tolerance of heights.
 */
export function stretches(
  along: Values,
  values: Values,
  kind: ScaleKind,
  tolerance: number,
): readonly Stretch[] {
  const length = values.length
  if (kind === 'log') {
    if (logs.length < length) logs = new Float32Array(length)
    for (let i = 0; i < length; i++) logs[i] = Math.log(at(values, i))
  }
  const height = kind === 'log' ? logs : values
  const found: Stretch[] = []
  for (let i = 0; i < length;) {
    const end = stretchFrom(i, length, along, height, tolerance, found)
    i = Math.max(i + 1, end)
  }
  return found
}

/** Adds the stretch that begins there, unless a point without a place does; returns where it ends. */
function stretchFrom(
  first: number,
  length: number,
  along: Values,
  height: Values,
  tolerance: number,
  found: Stretch[],
): number {
  let lastX = at(along, first)
  let lastY = at(height, first)
  if (!(Math.abs(lastX + lastY) < Infinity)) return first
  const x = [lastX]
  const y = [lastY]
  let turnX = lastX
  let turnY = lastY
  // The slopes at which the line meets all points since it turned.
  let least = -Infinity
  let greatest = Infinity
  let i = first + 1
  for (; i < length; i++) {
    const nextX = at(along, i)
    const nextY = at(height, i)
    if (!(Math.abs(nextX + nextY) < Infinity)) break
    let scale = 1 / (nextX - turnX)
    let slope = (nextY - turnY) * scale
    if (!(nextX > lastX && slope >= least && slope <= greatest)) {
      turnX = lastX
      turnY = lastY
      x.push(lastX)
      y.push(lastY)
      scale = 1 / (nextX - turnX)
      slope = (nextY - turnY) * scale
      least = -Infinity
      greatest = Infinity
    }
    // From a point to one above it these are NaN, so that the line turns there.
    const reach = tolerance * scale
    if (!(slope - reach <= least)) least = slope - reach
    if (!(slope + reach >= greatest)) greatest = slope + reach
    lastX = nextX
    lastY = nextY
  }
  if (i - 1 > first) {
    x.push(lastX)
    y.push(lastY)
  }
  found.push({ x, y })
  return i
}

export interface Band {
  readonly along: Values
  readonly low: Float32Array
  readonly high: Float32Array
}

/**
 * The stretches around a band, there along its upper end and back along the lower one, where both
 * have a place; two points are one place above and below. What lies below `least` counts as it.
 */
export function outlines(
  band: Band,
  kind: ScaleKind,
  least: number,
  tolerance: Tolerance,
): readonly Stretch[] {
  const { along, low, high } = thinned(band, least, tolerance.x)
  const bottoms = stretches(along, low, kind, tolerance.y)
  return stretches(along, high, kind, tolerance.y).map(({ x, y }, i) => {
    const bottom = bottoms[i] ?? { x: [], y: [] }
    return { x: [...x, ...bottom.x.toReversed()], y: [...y, ...bottom.y.toReversed()] }
  })
}

let kept = { along: new Float64Array(0), low: new Float32Array(0), high: new Float32Array(0) }

/**
 * The points of a band at least `spacing` apart, each of which spans those left out after it; they
 * hold until the next call. What lies below `least` counts as it. Points without both ends have no
 * place along.
 */
export function thinned({ along, low, high }: Band, least: number, spacing: number): Band {
  const length = low.length
  if (kept.low.length < length) {
    kept = {
      along: new Float64Array(length),
      low: new Float32Array(length),
      high: new Float32Array(length),
    }
  }
  let n = 0
  for (let i = 0; i < length; n++) {
    const from = at(along, i)
    let bottom = at(low, i)
    let top = at(high, i)
    const isDefined = Math.abs(bottom + top) < Infinity
    for (i++; isDefined && i < length && at(along, i) - from < spacing; i++) {
      const nextBottom = at(low, i)
      const nextTop = at(high, i)
      if (!(Math.abs(nextBottom + nextTop) < Infinity)) break
      if (nextBottom < bottom) bottom = nextBottom
      if (nextTop > top) top = nextTop
    }
    kept.along[n] = isDefined ? from : NaN
    kept.low[n] = Math.max(least, bottom)
    kept.high[n] = Math.max(least, top)
  }
  return {
    along: kept.along.subarray(0, n),
    low: kept.low.subarray(0, n),
    high: kept.high.subarray(0, n),
  }
}

export function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? NaN
}
