import { describe, expect, it } from 'vitest'

import { formatCell, heatSentence } from '../../src/model/measure'

describe('formatCell', () => {
  it.each([
    [1.2345, '1.23'],
    [0.0123, '0.0123'],
    [7e-9, '7e-9'],
    [123.4, '123'],
    [4321, '4321'],
    [54321, '5.4e+4'],
    [0, '0'],
    [NaN, 'NaN'],
    [Infinity, 'NaN'],
  ])('writes %d in few characters', (value, text) => {
    expect(formatCell('mean', value)).toBe(text)
  })

  it.each([
    [0.25, '+25 %'],
    [-0.034, '−3.4 %'],
    [0, '0'],
  ])('writes the distance %d as a percentage', (value, text) => {
    expect(formatCell('distance', value)).toBe(text)
  })
})

describe('heatSentence', () => {
  const place = (name: string, value: number) => ({ row: { name }, run: { name: 'a' }, value })

  it('says where the least and the greatest value are', () => {
    expect(heatSentence('mean', 'step 10', [place('x', 2), place('y', 1), place('z', NaN)])).toBe(
      'Kernels and runs at step 10: mean, 2 values from 1.000 (y, a) to 2.000 (x, a).',
    )
  })

  it('says it of a single value, and of none', () => {
    expect(heatSentence('distance', 'the last step', [place('x', 0.5)])).toBe(
      'Kernels and runs at the last step: distance to target, 50.0 % (x, a).',
    )
    expect(heatSentence('max', 'the last step', [])).toBe(
      'Kernels and runs at the last step: max, no values.',
    )
  })
})
