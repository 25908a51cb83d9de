import { expect, it } from 'vitest'

import { decodeSnapshot } from '../../src/data/snapshot'
import { framed } from './framed'

it('finds the values of each run, and the decay of each kernel', () => {
  const header = {
    kernels: ['a', 'b'],
    columns: ['mean', 'max'],
    runs: [
      { id: 'r', decay: 0, step: 100, epoch: 1 },
      { id: 's', decay: 2e-4, step: 90, epoch: null },
    ],
    values: 0,
    target_decay: 1,
  }
  const values = Float32Array.from({ length: 2 * 2 * 2 }, (_, i) => i)
  const answer = decodeSnapshot(framed(header, [values, Float64Array.of(NaN, 0.5)]))
  expect(answer('b')).toEqual({
    targetDecay: 0.5,
    runs: new Map([
      ['r', { decay: 0, step: 100, epoch: 1, values: new Map([['mean', 2], ['max', 3]]) }], // prettier-ignore
      ['s', { decay: 2e-4, step: 90, epoch: NaN, values: new Map([['mean', 6], ['max', 7]]) }], // prettier-ignore
    ]),
  })
  expect(answer('a')?.targetDecay).toBeNaN()
  expect(answer('c')).toBeUndefined()
})
