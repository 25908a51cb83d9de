import { describe, expect, it } from 'vitest'

import { linearScale, logScale, ticks } from '../../src/model/scale'

describe('linearScale', () => {
  it('maps forth and back', () => {
    const scale = linearScale([10, 20], [100, 0])
    expect([scale(10), scale(15), scale(20), scale(21)]).toEqual([100, 50, 0, -10])
    expect(scale.invert(25)).toBe(17.5)
    expect(scale.slope).toBe(-10)
    expect(scale.offset + 15 * scale.slope).toBe(50)
  })

  it('puts a single value in the middle', () => {
    const scale = linearScale([3, 3], [0, 100])
    expect([scale(3), scale.invert(80)]).toEqual([50, 3])
  })
})

describe('logScale', () => {
  it('maps equal ratios to equal distances', () => {
    const scale = logScale([1e-4, 1], [0, 400])
    expect(scale(1e-3)).toBeCloseTo(100, 9)
    expect(scale.invert(200)).toBeCloseTo(1e-2, 12)
    expect(scale.slope).toBeCloseTo(100 / Math.LN10, 9)
    expect(scale.offset + Math.log(1e-3) * scale.slope).toBeCloseTo(100, 9)
  })

  it('has no place for what is not positive', () => {
    const scale = logScale([1, 10], [0, 1])
    expect([scale(0), scale(-1), scale(NaN)]).toEqual([NaN, NaN, NaN])
  })
})

describe('ticks', () => {
  it('are round numbers without rounding errors', () => {
    expect(ticks(linearScale([0, 1], [0, 1]), 10)).toEqual([
      0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ])
    expect(ticks(linearScale([-0.03, 0.11], [0, 1]), 3)).toEqual([0, 0.05, 0.1])
    expect(ticks(linearScale([5, 5], [0, 1]), 3)).toEqual([5])
  })

  it('are powers of ten on a log scale', () => {
    expect(ticks(logScale([2e-4, 2e-2], [0, 1]), 2)).toEqual([1e-3, 1e-2])
    expect(ticks(logScale([1e-8, 1], [0, 1]), 4)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1])
  })

  it('are more where there are few powers of ten', () => {
    expect(ticks(logScale([1, 100], [0, 1]), 8)).toEqual([1, 2, 5, 10, 20, 50, 100])
    expect(ticks(logScale([1.2, 1.8], [0, 1]), 3)).toEqual([1.2, 1.4, 1.6, 1.8])
  })
})
