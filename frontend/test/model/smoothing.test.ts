import { describe, expect, it } from 'vitest'

import { smoothed } from '../../src/model/smoothing'

describe('smoothed', () => {
  it('changes nothing without weight', () => {
    const values = Float32Array.of(1, 5)
    expect(smoothed(values, 0)).toBe(values)
  })

  it('keeps a constant, from the first value on', () => {
    expect(smoothed(Float32Array.of(2, 2, 2), 0.5)).toEqual(Float32Array.of(2, 2, 2))
  })

  it('weighs each value half as much as the next', () => {
    const [first, second, third] = smoothed(Float32Array.of(1, 4, 0), 0.5)
    expect(first).toBe(1)
    expect(second).toBe(3)
    expect(third).toBeCloseTo((0 * 4 + 4 * 2 + 1) / 7, 6)
  })

  it('passes over what is not finite', () => {
    const found = smoothed(Float32Array.of(1, NaN, 4, Infinity), 0.5)
    expect([...found]).toEqual([1, NaN, 3, Infinity])
  })
})
