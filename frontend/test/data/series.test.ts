import { expect, it } from 'vitest'

import { decodeSeries } from '../../src/data/series'
import { framed } from './framed'

const STEP = Float64Array.of(0, 10)
const EPOCH = Float32Array.of(0, 0.5)
const TIME = Float64Array.of(1.7e9, 1.7e9 + 5)

it('finds the columns of each kernel, in whatever order they come', () => {
  const header = {
    kernels: ['a', 'b.c'],
    columns: ['q4', 'max'],
    runs: [{ id: 'r', step: 0, epoch: 1, wall_time_s: 2, values: 3 }],
  }
  const values = Float32Array.from({ length: 2 * 2 * 2 }, (_, i) => i)
  const answer = decodeSeries(framed(header, [STEP, EPOCH, TIME, values]))
  expect(answer('b.c', 'r')).toEqual({
    step: STEP,
    epoch: EPOCH,
    wallTime: TIME,
    columns: new Map([
      ['q4', Float32Array.of(4, 5)],
      ['max', Float32Array.of(6, 7)],
    ]),
    seeds: null,
  })
  expect(answer('a', 'r')?.columns.get('max')).toEqual(Float32Array.of(2, 3))
  expect(answer('a', 'another run')).toBeUndefined()
})

it('finds the band of runs that differ in their seed only', () => {
  const at = { step: 0, epoch: 1, wall_time_s: 2, values: 3, low: 4, high: 5, n_runs: 0 }
  const header = { kernels: ['a'], columns: ['mean'], runs: [{ id: 'r', ...at }] }
  const arrays = [3, 2, 4].map((value) => Float32Array.of(value, value))
  const answer = decodeSeries(framed(header, [STEP, EPOCH, TIME, ...arrays]))
  expect(answer('a', 'r')?.seeds).toEqual({
    low: new Map([['mean', arrays[1]]]),
    high: new Map([['mean', arrays[2]]]),
    nRuns: STEP,
  })
})
