import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS } from '../../src/model/controls'
import {
  densityColumn,
  isCut,
  isOutside,
  ofRun,
  strips,
  topDensity,
  withHeights,
  type DistributionColumn,
  type DistributionOptions,
  type DistributionPanel,
  type HeightOptions,
} from '../../src/model/distributions'
import type { Held } from '../../src/model/held'
import type { KernelMoments } from '../../src/model/moments'
import { batches, entry, moments, row, run } from '../samples'

const RUNS = [run('a'), run('b')]
const A = moments([0, 1000], [[1, 2], [1.5, 3]]) // prettier-ignore
const B = moments([0, 1000], [[1, 2], [0.5, 1]]) // prettier-ignore

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

function column(
  found: Held<KernelMoments>,
  options: Partial<DistributionOptions & HeightOptions> = {},
  at: readonly number[] = [0, 1000],
): DistributionColumn {
  const all = { ...INITIAL_CONTROLS, ...options }
  const axis = all.over === 'batches' ? 'epoch' : 'step'
  const made = densityColumn(row(), RUNS, found, axis, at, all, [[0, 9], [0, 9]]) // prettier-ignore
  if (made === null) throw new Error('Something is held.')
  return withHeights(made, all)
}

function areCut(panel: DistributionPanel | undefined): readonly boolean[] | undefined {
  return panel?.runs.flatMap(({ spreads }) => spreads.map((spread) => isCut(spread, panel)))
}

function firstSpread({ panels: [panel] }: DistributionColumn) {
  const spread = panel?.runs[0]?.spreads[0]
  if (spread === undefined) throw new Error('There is a run in the first panel.')
  return spread
}

describe('densityColumn', () => {
  it('shares one x axis between all moments and runs', () => {
    const { x, panels } = column(held(A, B))
    expect(x?.[0]).toBeCloseTo(0.5 - 0.04 * 2.5, 6)
    expect(x?.[1]).toBeCloseTo(3 + 0.04 * 2.5, 6)
    expect(panels.map((panel) => panel.x)).toEqual([x, x])
    expect(panels.map((panel) => panel.runs.map(({ place }) => place))).toEqual([
      [0, 0],
      [1000, 1000],
    ])
  })

  it('has no common axis where each panel has its own', () => {
    const { x, panels } = column(held(A, B), { shareX: 'none' })
    expect(x).toBeNull()
    expect(panels[0]?.x[1]).toBeCloseTo(2.04, 6)
    expect(panels[1]?.x[0]).toBeCloseTo(0.4, 6)
  })

  it('takes the axis of the grid where all share it', () => {
    const { x } = column(held(A, B), { shareX: 'all' })
    expect(x?.[0]).toBeCloseTo(-0.36, 12)
    expect(x?.[1]).toBeCloseTo(9.36, 12)
  })

  it('keeps to the limits', () => {
    const limited = column(held(A, B), { xLimits: [1.5, 2], yLimits: [0, 7], shareX: 'none' })
    expect(limited.x).toEqual([1.5, 2])
    expect(limited.panels.map(({ x, y }) => [x, y])).toEqual(
      [0, 1].map(() => [
        [1.5, 2],
        [0, 7],
      ]),
    )
    // Half of the channels lie within the limits.
    const { density } = firstSpread(limited)
    expect(density.reduce((sum, value) => sum + value * (0.5 / 60), 0)).toBeCloseTo(0.5, 9)
  })

  it('gives histograms of as many bins as wanted, whose area is 1', () => {
    const one = column(held(moments([0], [[1, 2]]), null), { bins: 40 }, [0])
    const [low, high] = one.x ?? [NaN, NaN]
    const { density } = firstSpread(one)
    expect(density).toHaveLength(40)
    expect(density.reduce((sum, value) => sum + value * ((high - low) / 40), 0)).toBeCloseTo(1, 12)
    expect(density[20]).toBeCloseTo(1, 5)
    expect(one.panels[0]?.runs[0]?.mean).toBe(1.5)
  })

  it('gives smooth densities for curves and ridges', () => {
    for (const shape of ['density', 'ridgeline'] as const) {
      const { density } = firstSpread(column(held(moments([0], [[1, 2]]), null), { shape }, [0]))
      expect(density).toHaveLength(120)
      expect(density[60]).toBeCloseTo(1, 5)
      expect(density[0]).toBeLessThan(0.5)
    }
  })

  it('shows channels that all have one norm', () => {
    const { density } = firstSpread(column(held(moments([0], [[1, 1]]), null), {}, [0]))
    expect([...density].filter((value) => value > 0)).toHaveLength(1)
  })

  it('cuts a towering peak, unless it shall not', () => {
    const wide = moments([0], [[1, 2]])
    const narrow = moments([0], [[1.5, 1.51]])
    const cut = column(held(wide, narrow), {}, [0]).panels[0]
    expect(cut?.y[1]).toBeCloseTo(3, 5)
    expect(areCut(cut)).toEqual([false, true])
    const whole = column(held(wide, narrow), { clip: false }, [0]).panels[0]
    expect(whole?.y[1]).toBeGreaterThan(25)
    expect(areCut(whole)).toEqual([false, false])
  })

  it('says which peaks the limits cut', () => {
    const { panels } = column(held(A, B), { yLimits: [0, 1.5] })
    expect(areCut(panels[1])).toEqual([false, true])
  })

  it('knows where limits leave nothing to see', () => {
    const outside = (options: Partial<DistributionOptions & HeightOptions>) =>
      column(held(A, B), options).panels.map(isOutside)
    for (const shape of ['histogram', 'density'] as const) {
      expect(outside({ shape })).toEqual([false, false])
      expect(outside({ shape, xLimits: [2.5, 4] })).toEqual([true, false])
      expect(outside({ shape, xLimits: [0, 0.4] })).toEqual([true, true])
      expect(outside({ shape, yLimits: [100, 200] })).toEqual([true, true])
    }
  })

  it('gives all ridges one height', () => {
    const { panels } = column(held(A, B), { shape: 'ridgeline', clip: false })
    expect(panels[0]?.y).toEqual(panels[1]?.y)
    expect(panels[0]?.y[1]).toBeCloseTo(2, 1)
  })

  it('has the distributions of mean and largest norm over batches', () => {
    const over = batches([1, 2], [[1, 2], [2, 3]]) // prettier-ignore
    const { panels, axis } = column(held(over, null), { over: 'batches' }, [1, 2])
    expect(axis).toBe('epoch')
    const [only] = panels[1]?.runs ?? []
    expect(only?.spreads.map(({ of, edges }) => [of, edges[0], edges[32]])).toEqual([
      ['mean', 2, 3],
      ['max', 4, 6],
    ])
    expect([only?.place, only?.nFrames, only?.mean, only?.max]).toEqual([2, 8, 2.5, 6])
  })

  it('leaves out a moment that is not finite', () => {
    const broken = moments([0, 1000], [[1, 2], [NaN, NaN]]) // prettier-ignore
    const { panels, x } = column(held(broken, null))
    expect(panels.map(({ runs }) => runs.length)).toEqual([1, 0])
    expect(panels.map(({ left }) => left)).toEqual([[], [RUNS[0]]])
    expect(x?.[0]).toBeCloseTo(0.96, 6)
  })

  it('leaves out a run where it has not got yet', () => {
    const begun = moments([0, 20, 20], [[1, 2], [1, 2], [1, 2]]) // prettier-ignore
    const { panels } = column(held(begun, null), {}, [0, 500, 1000])
    expect(panels.map(({ runs }) => runs.length)).toEqual([1, 1, 0])
  })

  it('is null while nothing of the kernel is held', () => {
    const options = INITIAL_CONTROLS
    expect(densityColumn(row(), RUNS, new Map(), 'step', [0], options, [])).toBeNull()
  })

  it('waits for nothing where no run has the kernel', () => {
    const options = INITIAL_CONTROLS
    const other = row({ id: 'other' })
    const empty = densityColumn(other, RUNS, new Map(), 'step', [0], options, [])
    expect(empty?.isMissing).toBe(true)
    expect(empty?.panels.map(({ runs }) => runs)).toEqual([[]])
  })
})

describe('strips', () => {
  it('puts runs on each other over channels', () => {
    const made = column(held(A, B))
    const names = made.panels.map((panel) =>
      strips(made, panel).map((runs) => runs.map(({ run }) => run.name)),
    )
    expect(names).toEqual([[['a', 'b']], [['a', 'b']]])
  })

  it('puts each run by itself over batches, also one without values', () => {
    const made = column(held(batches([1], [[1, 2]]), null), { over: 'batches' }, [1])
    const [panel] = made.panels
    const names = panel && strips(made, panel).map((runs) => runs.map(({ run }) => run.name))
    expect(names).toEqual([['a'], []])
  })
})

it('shows one run on the axes of all', () => {
  const whole = column(held(A, B))
  const only = ofRun(whole, run('b'))
  expect(only.panels.map(({ runs }) => runs.map((found) => found.run.name))).toEqual([['b'], ['b']])
  expect(only.x).toEqual(whole.x)
  expect(only.panels.map(({ y }) => y)).toEqual(whole.panels.map(({ y }) => y))
})

describe('topDensity', () => {
  it('is the highest peak of peaks that are alike', () => {
    expect(topDensity([5, 4, 6], true)).toBe(6)
  })

  it('cuts a peak that towers over the typical one', () => {
    expect(topDensity([5, 4, 6, 100], true)).toBe(15)
    expect(topDensity([5, 4, 6, 100], false)).toBe(100)
  })

  it('leaves a single peak whole', () => {
    expect(topDensity([1000], true)).toBe(1000)
  })

  it('is 1 where nothing is in sight', () => {
    expect(topDensity([], true)).toBe(1)
    expect(topDensity([0], true)).toBe(1)
  })
})
