import { describe, expect, it } from 'vitest'

import { extentOn, finiteExtent, padded } from '../../src/model/extent'

describe('finiteExtent', () => {
  it('leaves out what is not finite', () => {
    expect(finiteExtent([[3, NaN], [], [Infinity, -2]])).toEqual([-2, 3])
    expect(finiteExtent([[NaN]])).toBeNull()
  })
})

describe('extentOn', () => {
  it('leaves out what has no place on the scale', () => {
    const values = Float32Array.of(-1, 0, 2, NaN, 8)
    const twice = (kind: 'linear' | 'log') => [extentOn(kind, values), extentOn(kind, values)]
    expect(twice('linear')).toEqual([
      [-1, 8],
      [-1, 8],
    ])
    expect(twice('log')).toEqual([
      [2, 8],
      [2, 8],
    ])
    expect(extentOn('log', Float32Array.of(0))).toBeNull()
    expect(extentOn('log', Float32Array.of(0.5, NaN, 8))).toEqual([0.5, 8])
  })
})

describe('padded', () => {
  it('gives one value some width', () => {
    expect(padded([2, 4], 0.5)).toEqual([1, 5])
    expect(padded([0, 0], 0.5)).toEqual([-0.5, 0.5])
    expect(padded([-10, -10], 0.5)).toEqual([-11, -9])
  })
})
