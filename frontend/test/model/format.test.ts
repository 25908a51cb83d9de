import { expect, it } from 'vitest'

import {
  count,
  formatAge,
  formatBrief,
  formatDuration,
  formatNorm,
  formatPercent,
  formatPlace,
  formatShape,
  formatShort,
  placeInWords,
} from '../../src/model/format'

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
  expect(formatPlace('relative', 7500)).toBe('2 h 5 min')
  expect(formatPlace('wall', new Date(2024, 1, 29, 13, 5, 9).getTime() / 1000)).toBe(
    'Feb 29, 2024, 13:05:09',
  )
  expect(formatPlace('step', NaN)).toBe('n/a')
})

it('formats durations by their two largest units', () => {
  expect([0, 0.25, 59, 60, 3599.9, 86_399, 200_000, -90].map(formatDuration)).toEqual([
    '0 s',
    '0.25 s',
    '59 s',
    '1 min',
    '1 h',
    '1 d',
    '2 d 8 h',
    '−1 min 30 s',
  ])
})

it('formats ages by their largest unit, never as negative', () => {
  expect([-3, 0.9, 12, 200, 7300, 3e5].map(formatAge)).toEqual([
    '0 s',
    '0 s',
    '12 s',
    '3 min',
    '2 h',
    '3 d',
  ])
})

it('formats shares', () => {
  expect([0.5, -0.0123, 12.5, NaN].map(formatPercent)).toEqual([
    '50.0 %',
    '−1.23 %',
    '1250 %',
    'n/a',
  ])
})

it('shortens large numbers', () => {
  expect([0, 950, 1500, 120_000, 2.5e6, -3e9].map(formatShort)).toEqual([
    '0',
    '950',
    '1.5k',
    '120k',
    '2.5M',
    '−3G',
  ])
})

it('formats counts and shapes', () => {
  expect([count(1, 'run'), count(1200, 'channel')]).toEqual(['1 run', '1,200 channels'])
  expect(formatShape([8, 32, 64])).toBe('8 × 32 × 64')
})

it('writes settings as people do', () => {
  expect([0.002, 2e-4, 0.0014142, 1.41421e-5, 1, 0].map(formatBrief)).toEqual([
    ...['0.002', '2e-4', '0.00141', '1.41e-5', '1', '0'],
  ])
})

it('says which step is shown', () => {
  expect([placeInWords(null), placeInWords(1200)]).toEqual(['the last step', 'step 1,200'])
})
