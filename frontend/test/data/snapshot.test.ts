import { expect, it } from 'vitest'

import { decodeSnapshot } from '../../src/data/snapshot'
import { framed } from './framed'

it('finds the values of each run, and the decay of each kernel', () => {
  const header = {
    kernels: ['a', 'b'],
    columns: ['mean', 'max'],
    runs: [
      { id: 'r', decay: 0, kind: '', step: 100, epoch: 1 },
      { id: 's', decay: 2e-4, kind: 'l2', step: 90, epoch: null },
    ],
    kinds: ['l2', 'weight_decay'],
    values: 0,
    target_decay: 1,
  }
  const values = Float32Array.from({ length: 2 * 2 * 2 }, (_, i) => i)
  const answer = decodeSnapshot(framed(header, [values, Float64Array.of(NaN, 0.5, 0.25, 2)]))
  expect(answer('b')).toEqual({
    targetDecays: new Map([['l2', 0.5], ['weight_decay', 2]]), // prettier-ignore
    runs: new Map([
      ['r', { decay: 0, kind: '', step: 100, epoch: 1, values: new Map([['mean', 2], ['max', 3]]) }], // prettier-ignore
      ['s', { decay: 2e-4, kind: 'l2', step: 90, epoch: NaN, values: new Map([['mean', 6], ['max', 7]]) }], // prettier-ignore
    ]),
  })
  expect(answer('a')?.targetDecays.get('l2')).toBeNaN()
  expect(answer('c')).toBeUndefined()
})
