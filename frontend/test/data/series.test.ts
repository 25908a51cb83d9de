import { expect, it } from 'vitest'

import { decodeSeries } from '../../src/data/series'
import { framed } from './framed'

const STEP = Float64Array.of(0, 10)
const EPOCH = Float32Array.of(0, 0.5)

it('finds the columns of each kernel, in whatever order they come', () => {
  const columns = ['q4', 'max', 'mean', 'q28']
  const header = {
    kernels: ['a', 'b'],
    columns,
    runs: [{ id: 'r', step: 0, epoch: 1, wall_time_s: 2, values: 3 }],
  }
  const values = Float32Array.from({ length: 2 * 4 * 2 }, (_, i) => i)
  const answer = decodeSeries(framed(header, [STEP, EPOCH, STEP, values]))
  expect(answer('b', 'r')).toEqual({
    step: STEP,
    epoch: EPOCH,
    low: Float32Array.of(8, 9),
    max: Float32Array.of(10, 11),
    mean: Float32Array.of(12, 13),
    high: Float32Array.of(14, 15),
  })
  expect(answer('a', 'r')?.mean).toEqual(Float32Array.of(4, 5))
  expect(answer('a', 'another run')).toBeUndefined()
})
