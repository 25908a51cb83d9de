import { describe, expect, it } from 'vitest'

import { binShares, cumulativeShare } from '../../src/model/histogram'
import { evenEdges } from '../samples'

function sum(values: Float64Array | null): number {
  return values?.reduce((total, value) => total + value, 0) ?? NaN
}

describe('cumulativeShare', () => {
  it('is the identity for norms spread evenly over [0, 1]', () => {
    for (const x of [0, 0.01, 0.5, 0.77, 1]) {
      expect(cumulativeShare(evenEdges(0, 1), x)).toBeCloseTo(x, 6)
    }
  })

  it('is 0 below and 1 above all norms', () => {
    expect(cumulativeShare(evenEdges(1, 2), 0.99)).toBe(0)
    expect(cumulativeShare(evenEdges(1, 2), 2.01)).toBe(1)
  })

  it('jumps where many channels have one norm', () => {
    const edges = Float32Array.of(0, 1, 1, 1, 2)
    expect(cumulativeShare(edges, 0.999)).toBeCloseTo(0.25, 2)
    expect(cumulativeShare(edges, 1)).toBe(0.75)
  })
})

describe('binShares', () => {
  it('gives every bin its part of norms spread evenly', () => {
    expect([...(binShares(evenEdges(0, 1), [0, 1], 4) ?? [])]).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('gives bins beside the norms nothing', () => {
    const shares = binShares(evenEdges(1, 2), [0, 4], 4)
    expect([...(shares ?? [])]).toEqual([0, 1, 0, 0])
  })

  it.each([
    ['an outlier', Float32Array.of(...Array.from({ length: 32 }, () => 1), 100)],
    ['equal norms in part', Float32Array.of(0.1, 0.1, 0.1, 0.7, 0.7, 1.3)],
    ['two channels', evenEdges(0.3, 0.7)],
  ])('shares sum to 1 with %s', (_, edges) => {
    const low = edges[0] ?? NaN
    const high = edges.at(-1) ?? NaN
    expect(sum(binShares(edges, [low, high], 40))).toBeCloseTo(1, 12)
    expect(sum(binShares(edges, [low - 1, high + 1], 7))).toBeCloseTo(1, 12)
  })

  it('puts channels that all have one norm into one bin', () => {
    const edges = Float32Array.of(...Array.from({ length: 33 }, () => 0.9))
    const shares = [...(binShares(edges, [0.8, 1], 4) ?? [])]
    expect(shares.filter((share) => share === 1)).toHaveLength(1)
    expect(shares.filter((share) => share === 0)).toHaveLength(3)
  })

  it('counts norms at the lower bound', () => {
    expect([...(binShares(Float32Array.of(0, 0, 0, 1, 1), [0, 1], 2) ?? [])]).toEqual([
      0.625, 0.375,
    ])
  })

  it('refuses edges that are not finite', () => {
    expect(binShares(Float32Array.of(0, NaN, 1), [0, 1], 2)).toBeNull()
    expect(binShares(Float32Array.of(0, 1, Infinity), [0, 1], 2)).toBeNull()
  })
})
