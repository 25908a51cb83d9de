// What is this many pixels away cannot be told from where it should be.
const TOLERANCE_PX = 0.25

/** A line without a gap: the indices of the points that it is drawn through, at least one. */
export type Stretch = readonly number[]

/**
 * The stretches of a line through points, in pixels, that have a place. They leave out points which
 * the line through the others meets anyway.
 */
export function stretches(across: Float64Array, height: Float64Array): readonly Stretch[] {
  const found: Stretch[] = []
  for (let i = 0; i < height.length;) {
    const stretch = stretchFrom(i, across, height)
    if (stretch !== null) found.push(stretch)
    i = 1 + (stretch?.at(-1) ?? i)
  }
  return found
}

function stretchFrom(first: number, across: Float64Array, height: Float64Array): Stretch | null {
  if (!(Math.abs((across[first] ?? NaN) + (height[first] ?? NaN)) < Infinity)) return null
  const found = [first]
  let from = first
  // The slopes at which the line meets all points since it turned.
  let least = -Infinity
  let greatest = Infinity
  let i = first + 1
  for (; i < height.length; i++) {
    const x = across[i] ?? NaN
    const y = height[i] ?? NaN
    if (!(Math.abs(x + y) < Infinity)) break
    let scale = 1 / (x - (across[from] ?? NaN))
    let slope = (y - (height[from] ?? NaN)) * scale
    const goesOn = x > (across[i - 1] ?? NaN) && slope >= least && slope <= greatest
    if (!goesOn) {
      from = i - 1
      found.push(from)
      scale = 1 / (x - (across[from] ?? NaN))
      slope = (y - (height[from] ?? NaN)) * scale
      least = -Infinity
      greatest = Infinity
    }
    const reach = TOLERANCE_PX * scale
    least = Math.max(least, slope - reach)
    greatest = Math.min(greatest, slope + reach)
  }
  if (i - 1 > first) found.push(i - 1)
  return found
}

export interface Band {
  readonly across: Float64Array
  readonly low: Float32Array | Float64Array
  readonly high: Float32Array | Float64Array
}

/**
 * The points of a band at least `spacing` apart, each of which spans those left out after it. What
 * lies below `least` counts as it. Points without both ends have no place across.
 */
export function thinned({ across, low, high }: Band, least: number, spacing: number): Band {
  const kept: Record<keyof Band, number[]> = { across: [], low: [], high: [] }
  let from = NaN
  let bottom = NaN
  let top = NaN
  for (let i = 0; i < low.length; i++) {
    const x = across[i] ?? NaN
    const nextBottom = Math.max(least, low[i] ?? NaN)
    const nextTop = Math.max(least, high[i] ?? NaN)
    const isDefined = Math.abs(nextBottom + nextTop) < Infinity
    if (isDefined && x - from < spacing) {
      if (nextBottom < bottom) kept.low[kept.low.length - 1] = bottom = nextBottom
      if (nextTop > top) kept.high[kept.high.length - 1] = top = nextTop
    } else {
      from = isDefined ? x : NaN
      bottom = nextBottom
      top = nextTop
      kept.across.push(from)
      kept.low.push(bottom)
      kept.high.push(top)
    }
  }
  return {
    across: new Float64Array(kept.across),
    low: new Float64Array(kept.low),
    high: new Float64Array(kept.high),
  }
}

export function at(values: Float32Array | Float64Array, i: number): number {
  return values[i] ?? NaN
}
