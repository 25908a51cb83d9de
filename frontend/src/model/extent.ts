import type { ScaleKind } from './scale'

export type Interval = readonly [low: number, high: number]

/** The smallest interval around all finite values greater than `above`; null if there is none. */
export function finiteExtent(
  arrays: Iterable<ArrayLike<number>>,
  above = -Infinity,
): Interval | null {
  let low = Infinity
  let high = -Infinity
  for (const array of arrays) {
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- iterators take three times as long
    for (let i = 0; i < array.length; i++) {
      const value = array[i] ?? NaN
      if (!(value > above && Math.abs(value) < Infinity)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? [low, high] : null
}

const known: Readonly<Record<ScaleKind, WeakMap<Float32Array, Interval | null>>> = {
  linear: new WeakMap(),
  log: new WeakMap(),
}

/** The extent of those values that have a place on the scale; they must never change. */
export function extentOn(kind: ScaleKind, values: Float32Array): Interval | null {
  let found = known[kind].get(values)
  if (found === undefined) {
    const whole = kind === 'log' ? extentOn('linear', values) : null
    const isPositive = whole !== null && whole[0] > 0
    found = isPositive ? whole : finiteExtent([values], kind === 'log' ? 0 : -Infinity)
    known[kind].set(values, found)
  }
  return found
}

/** An interval of some width around `extent`, with `share` of it as margin on both sides. */
export function padded([low, high]: Interval, share: number): Interval {
  if (low === high) {
    const margin = low === 0 ? 0.5 : Math.abs(low) * 0.1
    return [low - margin, high + margin]
  }
  const margin = (high - low) * share
  return [low - margin, high + margin]
}
