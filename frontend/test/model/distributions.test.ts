import { describe, expect, it } from 'vitest'

import { distributionColumn, N_BINS, topDensity } from '../../src/model/distributions'
import type { Held } from '../../src/model/held'
import type { KernelMoments } from '../../src/model/moments'
import { entry, moments, row, run } from '../samples'

const RUNS = [run('a'), run('b')]

function held(a: KernelMoments, b: KernelMoments | null): Held<KernelMoments> {
  return new Map([
    [
      'k',
      new Map([
        ['id of a', entry(a)],
        ['id of b', entry(b)],
      ]),
    ],
  ])
}

describe('distributionColumn', () => {
  it('shares one x axis between all moments and runs', () => {
    const a = moments([0, 1000], [[1, 2], [1.5, 3]]) // prettier-ignore
    const b = moments([0, 1000], [[1, 2], [0.5, 1]]) // prettier-ignore
    const column = distributionColumn(row(), RUNS, held(a, b), 'step', 2)
    expect(column?.x[0]).toBeCloseTo(0.5 - 0.04 * 2.5, 6)
    expect(column?.x[1]).toBeCloseTo(3 + 0.04 * 2.5, 6)
    expect(column?.panels.map((panel) => panel.runs.map(({ place }) => place))).toEqual([
      [0, 0],
      [1000, 1000],
    ])
  })

  it('gives densities whose area is 1', () => {
    const column = distributionColumn(row(), RUNS, held(moments([0], [[1, 2]]), null), 'step', 1)
    const [first] = column?.panels[0]?.runs ?? []
    const [low, high] = column?.x ?? [NaN, NaN]
    const area = first?.density.reduce((sum, density) => sum + density * ((high - low) / N_BINS), 0)
    expect(area).toBeCloseTo(1, 12)
    expect(first?.density[N_BINS / 2]).toBeCloseTo(1, 5)
    expect(first?.mean).toBe(1.5)
  })

  it('shows channels that all have one norm', () => {
    const column = distributionColumn(row(), RUNS, held(moments([0], [[1, 1]]), null), 'step', 1)
    const density = column?.panels[0]?.runs[0]?.density ?? new Float64Array()
    expect([...density].filter((value) => value > 0)).toHaveLength(1)
    expect(Number.isFinite(column?.panels[0]?.top)).toBe(true)
  })

  it('leaves out a moment that is not finite', () => {
    const broken = moments([0, 1], [[1, 2], [NaN, NaN]]) // prettier-ignore
    const column = distributionColumn(row(), RUNS, held(broken, null), 'step', 2)
    expect(column?.panels.map(({ runs }) => runs.length)).toEqual([1, 0])
    expect(column?.x[0]).toBeCloseTo(0.96, 6)
  })

  it('is null while nothing of the kernel is held', () => {
    expect(distributionColumn(row(), RUNS, new Map(), 'step', 5)).toBeNull()
  })
})

describe('topDensity', () => {
  it('is the highest peak of peaks that are alike', () => {
    expect(topDensity([5, 4, 6])).toBe(6)
  })

  it('cuts a peak that towers over the typical one', () => {
    expect(topDensity([5, 4, 6, 100])).toBe(15)
  })

  it('leaves a single peak whole', () => {
    expect(topDensity([1000])).toBe(1000)
    expect(topDensity([])).toBe(1)
  })
})
