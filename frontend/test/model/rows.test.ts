import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS } from '../../src/model/controls'
import {
  eachKernel,
  kernelSet,
  kernelsOf,
  matchingKernels,
  ordered,
  sections,
} from '../../src/model/rows'
import { kernel, run } from '../samples'

const KERNELS = [
  kernel({ id: 'a', path: 'conv1/kernel', layer: 'conv1', group: 'early', n_channels: 8 }),
  kernel({ id: 'b', path: 'lstm/kernel', layer: 'lstm', group: 'late' }),
  kernel({ id: 'c', path: 'lstm/recurrent', layer: 'lstm', group: 'early', role: 'recurrent' }),
]

describe('kernelSet', () => {
  it('is asked for as the ids of its kernels', () => {
    expect(kernelSet('early', KERNELS)).toMatchObject({
      key: '=early',
      item: 'a.b.c',
      nChannels: 8 + 64 + 64,
    })
    expect(eachKernel(KERNELS)[1]).toMatchObject({ key: 'b', item: 'b', name: 'lstm/kernel' })
  })

  it('has a target only if its kernels have the same', () => {
    const aimed = (high: number) => kernel({ target: [1, high] })
    expect(kernelSet('g', [aimed(2), aimed(2)]).target).toEqual([1, 2])
    expect(kernelSet('g', [aimed(2), aimed(3)]).target).toBeNull()
    expect(kernelSet('g', [kernel(), aimed(2)]).target).toBeNull()
  })
})

describe('sections', () => {
  const grouped = (groupBy: Parameters<typeof sections>[1], pattern = '') =>
    sections(KERNELS, groupBy, pattern).map(({ name, whole }) => [name, whole.item])

  it('are in the order of their first kernels', () => {
    expect(grouped('kernel')).toEqual([['early', 'a.c'], ['late', 'b']]) // prettier-ignore
    expect(grouped('layer')).toEqual([['conv1', 'a'], ['lstm', 'b.c']]) // prettier-ignore
    expect(grouped('role')).toEqual([['kernel', 'a.b'], ['recurrent', 'c']]) // prettier-ignore
  })

  it('follow a pattern; what does not match is by itself', () => {
    expect(grouped('pattern', '^(lstm)')).toEqual([['conv1/kernel', 'a'], ['lstm', 'b.c']]) // prettier-ignore
  })

  it('do not mix up a kernel with a group of its name', () => {
    expect(grouped('pattern', 'lstm/(kernel)')).toEqual([
      ['conv1/kernel', 'a'],
      ['kernel', 'b'],
      ['lstm/recurrent', 'c'],
    ])
  })
})

describe('kernelsOf', () => {
  it('leaves out what none of the runs has', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => kernel({ id }))
    const runs = [run('first', { kernels: ['c'] }), run('second', { kernels: ['a', 'c'] })]
    expect(
      kernelsOf(
        runs,
        [a, b, c].filter((each) => each !== undefined),
      ),
    ).toEqual([a, c])
  })
})

describe('matchingKernels', () => {
  it('matches the path', () => {
    const controls = { ...INITIAL_CONTROLS, kernelFilter: 'LSTM/k' }
    expect(matchingKernels(KERNELS, controls)).toEqual([KERNELS[1]])
  })
})

describe('ordered', () => {
  const rows = eachKernel(KERNELS)
  const distances = new Map([['a', 0], ['b', -0.5], ['c', 2]]) // prettier-ignore
  const order = (changes: object) =>
    ordered(rows, { ...INITIAL_CONTROLS, ...changes }, distances).map(({ key }) => key)

  it('is that of the model', () => {
    expect(order({})).toEqual(['a', 'b', 'c'])
  })

  it('puts first what is furthest from its target, on either side', () => {
    expect(order({ order: 'target' })).toEqual(['c', 'b', 'a'])
  })

  it('puts what is pinned before everything else', () => {
    expect(order({ pinned: new Set(['b']) })).toEqual(['b', 'a', 'c'])
    expect(order({ pinned: new Set(['a']), order: 'target' })).toEqual(['a', 'c', 'b'])
  })
})
