import { expect, it } from 'vitest'

import { decodeBatches, decodeDistributions } from '../../src/data/distributions'
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
  expect(found?.nFrames).toBeNull()
  expect(found?.spreads.map(({ of }) => of)).toEqual(['channels'])
  expect(found?.spreads[0]?.edges.map((edge) => [edge.length, edge[0], edge[32]])).toEqual([
    [33, 66, 98],
    [33, 99, 131],
  ])
  expect(found?.mean).toEqual(Float32Array.of(3, 4))
  expect(found?.max).toEqual(Float32Array.of(7, 8))
})

it('finds the distributions over the batches of an epoch', () => {
  const at = { step: 0, epoch: 1, n_frames: 2, edges_of_mean: 3, edges_of_max: 4 }
  const header = { kernels: ['a', 'b'], steps: [9], runs: [{ id: 'r', ...at }] }
  const small = [10, 2, 7].map((value) => Float64Array.of(value))
  const edges = [0, 100].map((first) => Float32Array.from({ length: 66 }, (_, i) => first + i))
  const found = decodeBatches(framed(header, [...small, ...edges]))('b', 'r')
  expect([found?.step[0], found?.epoch[0], found?.nFrames?.[0]]).toEqual([10, 2, 7])
  expect(found?.spreads.map(({ of, edges }) => [of, edges.map(([first]) => first)])).toEqual([
    ['mean', [33]],
    ['max', [133]],
  ])
  // The median of the means, and the largest of all.
  expect([found?.mean[0], found?.max[0]]).toEqual([33 + 16, 133 + 32])
})
