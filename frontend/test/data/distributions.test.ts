import { expect, it } from 'vitest'

import { decodeDistributions } from '../../src/data/distributions'
import { framed } from './framed'

it('finds the edges of each kernel at each step', () => {
  const header = {
    kernels: ['a', 'b'],
    steps: [0, 9],
    runs: [{ id: 'r', step: 0, epoch: 1, edges: 2, mean: 3, max: 4 }],
  }
  const step = Float64Array.of(0, 10)
  const epoch = Float32Array.of(0, NaN)
  const edges = Float32Array.from({ length: 2 * 2 * 33 }, (_, i) => i)
  const mean = Float32Array.of(1, 2, 3, 4)
  const max = Float32Array.of(5, 6, 7, 8)
  const found = decodeDistributions(framed(header, [step, epoch, edges, mean, max]))('b', 'r')
  expect(found?.step).toEqual(step)
  expect(found?.edges.map((edge) => [edge.length, edge[0], edge[32]])).toEqual([
    [33, 66, 98],
    [33, 99, 131],
  ])
  expect(found?.mean).toEqual(Float32Array.of(3, 4))
  expect(found?.max).toEqual(Float32Array.of(7, 8))
})
