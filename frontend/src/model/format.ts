import { format } from 'd3-format'

import type { Axis } from './controls'

const plain = format('.4r')
const scientific = format('.3e')
const thousands = format(',d')
const fraction = format(',.2~f')

/** A norm for tooltips and sentences: four significant digits. */
export function formatNorm(value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e5 ? plain(value) : scientific(value)
}

/** A place on the axis as a bare number: whole steps, or epochs with up to two decimals. */
export function formatPlace(axis: Axis, value: number): string {
  return axis === 'step' ? thousands(value) : fraction(value)
}

/** `3 runs`, `1 run`. */
export function count(n: number, noun: string): string {
  return `${thousands(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** `8 × 64 × 32`. */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ')
}
