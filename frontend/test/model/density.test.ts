import { describe, expect, it } from 'vitest'

import { bandwidth, smoothDensity } from '../../src/model/density'
import { evenEdges } from '../samples'

/** By the trapezoidal rule. */
function area(density: Float64Array | null, [low, high]: readonly [number, number]): number {
  if (density === null) return NaN
  const width = (high - low) / (density.length - 1)
  const ends = ((density[0] ?? NaN) + (density.at(-1) ?? NaN)) / 2
  return (density.reduce((sum, value) => sum + value, 0) - ends) * width
}

describe('smoothDensity', () => {
  it('integrates to 1', () => {
    for (const edges of [evenEdges(1, 2), evenEdges(5, 5.5), Float32Array.of(1, 1.1, 4, 9)]) {
      expect(area(smoothDensity(edges, 64, [0, 20], 4001), [0, 20])).toBeCloseTo(1, 4)
    }
  })

  it('is flat within an even distribution, and half as high at its ends', () => {
    const density = smoothDensity(evenEdges(1, 2), 64, [1, 2], 101)
    expect(density?.[50]).toBeCloseTo(1, 6)
    expect(density?.[0]).toBeCloseTo(0.5, 6)
    expect(density?.[100]).toBeCloseTo(0.5, 6)
  })

  it('reflects at zero what would be a negative norm', () => {
    const density = smoothDensity(evenEdges(0, 1), 64, [-1, 1], 201)
    expect(density?.slice(0, 100).every((value) => value === 0)).toBe(true)
    expect(density?.[100]).toBeCloseTo(1, 6)
    expect(area(smoothDensity(evenEdges(0, 1), 64, [0, 3], 3001), [0, 3])).toBeCloseTo(1, 4)
  })

  it('is a thin peak where all channels have one norm', () => {
    const density = smoothDensity(evenEdges(1, 1), 64, [0, 2], 201) ?? new Float64Array()
    expect(density.indexOf(Math.max(...density))).toBe(100)
    expect([...density].filter((value) => value > 0)).toHaveLength(3)
    expect(area(density, [0, 2])).toBeCloseTo(1, 1)
  })

  it('is null where an edge is not finite', () => {
    expect(smoothDensity(Float32Array.of(1, NaN), 2, [0, 1], 10)).toBeNull()
    expect(smoothDensity(Float32Array.of(1, Infinity), 2, [0, 1], 10)).toBeNull()
  })
})

describe('bandwidth', () => {
  it('follows the rule of thumb, for no more values than quantiles', () => {
    // The standard deviation of 33 even points on [0, 1]; it is less than the range / 1.34.
    const std = Math.sqrt((33 * 33 - 1) / 12) / 32
    expect(bandwidth(evenEdges(0, 1), 8)).toBeCloseTo(0.9 * std * 8 ** -0.2, 6)
    expect(bandwidth(evenEdges(0, 1), 4096)).toBeCloseTo(0.9 * std * 32 ** -0.2, 6)
  })

  it('is not widened by few channels far away', () => {
    const edges = evenEdges(0, 1)
    const narrow = bandwidth(edges, 64)
    edges[32] = 1000
    expect(bandwidth(edges, 64) / narrow).toBeLessThan(1.3)
  })

  it('is 0 where all are equal', () => {
    expect(bandwidth(evenEdges(2, 2), 64)).toBe(0)
  })
})
