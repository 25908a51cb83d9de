import { expect, it } from 'vitest'

import { count, formatNorm, formatPlace, formatShape } from '../../src/model/format'

it('formats norms to four digits', () => {
  expect([0.75, 12.3456, 0, 1234.5, 2.5e-5, 3e6, NaN].map(formatNorm)).toEqual([
    '0.7500',
    '12.35',
    '0',
    '1235',
    '2.500e-5',
    '3.000e+6',
    'n/a',
  ])
})

it('formats places on the axis', () => {
  expect(formatPlace('step', 12000)).toBe('12,000')
  expect(formatPlace('epoch', 2.499999)).toBe('2.5')
})

it('formats counts and shapes', () => {
  expect([count(1, 'run'), count(1200, 'channel')]).toEqual(['1 run', '1,200 channels'])
  expect(formatShape([8, 32, 64])).toBe('8 × 32 × 64')
})
