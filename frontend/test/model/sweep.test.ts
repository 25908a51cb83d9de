import { describe, expect, it } from 'vitest'

import { ALL_RUNS, type KernelSnapshot } from '../../src/model/snapshot'
import {
  edgeMarks,
  readSweep,
  stretches,
  sweepChart,
  sweepPoints,
  sweptKinds,
  type SweepChart,
} from '../../src/model/sweep'
import {
  decayTitle,
  leftOutSentence,
  sweepObstacle,
  sweepSentence,
  targetSentence,
} from '../../src/model/sweep-sentence'
import { knotAt, sweepArea } from '../../src/model/sweep-area'
import { entry, row, run } from '../samples'

type Norm = readonly [name: string, decay: number, mean: number, kind?: string]

function snapshot(norms: readonly Norm[], targetDecay = NaN): KernelSnapshot {
  const runs = norms.map(([name, decay, mean, kind = decay > 0 ? 'l2' : '']) => {
    const values = new Map([
      ['mean', mean],
      ['q4', mean / 2],
      ['q16', mean],
      ['q28', mean * 2],
      ['max', mean * 4],
    ] as const)
    return [`id of ${name}`, { step: 1000, epoch: 5, decay, kind, values }] as const
  })
  return { runs: new Map(runs), targetDecays: new Map([['l2', targetDecay]]) }
}

function chart(
  norms: readonly Norm[],
  target: readonly [number, number] | null = null,
  targetDecay = NaN,
): SweepChart {
  const held = new Map([['k', new Map([[ALL_RUNS, entry(snapshot(norms, targetDecay))]])]])
  const runs = norms.map(([name, decay]) => run(name, { decay }))
  const found = sweepChart(row({ target }), runs, held)
  if (found === null) throw new Error('The row is held.')
  return found
}

const NORMS: readonly Norm[] = [
  ['none', 0, 2],
  ['a', 0.01, 1],
  ['b', 0.01, 4],
  ['c', 1, 0.5],
]

it('orders the points by decay', () => {
  const points = sweepPoints(snapshot([...NORMS].reverse()))
  expect(points.map(({ decay, mean }) => [decay, mean])).toEqual([
    [0, 2],
    [0.01, 4],
    [0.01, 1],
    [1, 0.5],
  ])
  expect(points[0]).toMatchObject({ low: 1, median: 2, high: 4, max: 8 })
})

describe('sweepChart', () => {
  it('joins the geometric means of runs of one decay, and keeps their range', () => {
    const { knots } = chart(NORMS)
    expect(knots.map(({ decay, low, high }) => [decay, low, high])).toEqual([
      [0, 2, 2],
      [0.01, 1, 4],
      [1, 0.5, 0.5],
    ])
    expect(knots[1]?.mean).toBeCloseTo(2)
  })

  it('has a curve for each kind of decay', () => {
    const { curves } = chart([...NORMS, ['d', 0.01, 9, 'weight_decay'], ['e', 2, NaN, 'l1']])
    expect(curves.map(({ kind, knots }) => [kind, knots.map(({ decay }) => decay)])).toEqual([
      ['l1', [2]],
      ['l2', [0.01, 1]],
      ['weight_decay', [0.01]],
    ])
    expect(curves[1]?.knots[0]?.mean).toBeCloseTo(2)
  })

  it('knows no decay that meets the target where the norm goes up and down', () => {
    const norms: readonly Norm[] = [['a', 1, 4], ['b', 2, 1], ['c', 3, 2]] // prettier-ignore
    expect(chart(norms, [2, 2], 1.5).curves[0]?.targetDecay).toBeNaN()
    expect(chart(norms.slice(0, 2), [2, 2], 1.5).curves[0]?.targetDecay).toBe(1.5)
  })

  it('has all decays of the runs on its axis, with a margin', () => {
    const [low, high] = chart(NORMS).x
    expect(low * high).toBeCloseTo(0.01)
    expect(low).toBeLessThan(0.01)
    expect(low).toBeGreaterThan(0.005)
  })

  it('has no mean where no run has a place on a log axis', () => {
    const { knots, y } = chart([...NORMS, ['d', 1, NaN], ['e', 2, NaN], ['f', 3, 0]])
    expect(knots.map(({ decay, mean, points }) => [decay, mean, points.length])).toEqual([
      [0, 2, 1],
      [0.01, expect.closeTo(2), 2],
      [1, 0.5, 2],
      [2, NaN, 1],
      [3, NaN, 1],
    ])
    expect(y).toEqual(chart(NORMS).y)
  })

  it('has no place for runs without the kernel', () => {
    const held = new Map([['k', new Map([[ALL_RUNS, entry(snapshot(NORMS))]])]])
    const runs = NORMS.map(([name, decay], i) => run(name, { decay, kernels: i < 2 ? ['k'] : [] }))
    expect(sweepChart(row(), runs, held)?.knots.map(({ decay }) => decay)).toEqual([0, 0.01])
  })

  it('knows no decay that meets the target where runs are left out', () => {
    const norms: readonly Norm[] = [['a', 1, 4], ['b', 2, NaN], ['c', 3, 1], ['d', 4, 0.5]] // prettier-ignore
    expect(chart(norms, [2, 2], 1.5).curves[0]?.targetDecay).toBeNaN()
    expect(chart(norms, [0.7, 0.7], 3.5).curves[0]?.targetDecay).toBe(3.5)
  })

  it('has the target in sight', () => {
    expect(chart(NORMS, [0.01, 0.02]).y[0]).toBeLessThan(0.01)
  })

  it('does not shrink for channels that died', () => {
    const held = snapshot([['a', 1, 1]])
    const only = held.runs.get('id of a')
    const values = new Map([...(only?.values ?? []), ['q4', 1e-20] as const])
    const runs = new Map([['id of a', { step: 0, epoch: 0, decay: 1, kind: 'l2', values }]])
    const byItem = new Map([['k', new Map([[ALL_RUNS, entry({ ...held, runs })]])]])
    expect(sweepChart(row(), [run('a', { decay: 1 })], byItem)?.y[0]).toBeGreaterThan(0.05)
  })

  it('does not shrink for a run that collapsed', () => {
    const [low] = chart([['a', 1, 1], ['b', 2, 1e-9]]).y // prettier-ignore
    expect(low).toBeLessThan(4e-3)
    expect(low).toBeGreaterThan(1e-3)
  })

  it('is not there while nothing is held', () => {
    expect(sweepChart(row(), [run('a')], new Map())).toBeNull()
  })
})

it('reads the runs of one decay, the largest mean first', () => {
  const [, both] = chart(NORMS).knots
  expect(both && readSweep(both, (id) => id.replace('id of ', 'run '))).toEqual({
    place: 0.01,
    columns: ['mean', 'median', 'max'],
    values: [
      { run: { id: 'id of b', name: 'run b' }, numbers: [4, 4, 16] },
      { run: { id: 'id of a', name: 'run a' }, numbers: [1, 1, 4] },
    ],
  })
})

it('joins no decays between which all runs are left out', () => {
  const norms: readonly Norm[] = [['a', 1, NaN], ['b', 2, 4], ['c', 3, 2], ['d', 4, NaN], ['e', 4, 0], ['f', 5, 1]] // prettier-ignore
  const joined = stretches(chart(norms).knots)
  expect(joined.map((stretch) => stretch.map(({ decay }) => decay))).toEqual([[2, 3], [5]])
})

describe('edgeMarks', () => {
  const marks = (...norms: readonly Norm[]) => {
    const held = new Map([['k', new Map([[ALL_RUNS, entry(snapshot(norms))]])]])
    const runs = norms.map(([name, decay]) => run(name, { decay }))
    return edgeMarks([row()], runs, held)
  }

  it('tells what is left out from what lies below the axis', () => {
    const a: Norm = ['a', 1, 1]
    expect(marks(a, ['b', 2, 2])).toEqual({ isLeftOut: false, isBelow: false })
    expect(marks(a, ['b', 2, Infinity])).toEqual({ isLeftOut: true, isBelow: false })
    expect(marks(a, ['b', 2, 0])).toEqual({ isLeftOut: true, isBelow: false })
    expect(marks(a, ['b', 2, 1e-9])).toEqual({ isLeftOut: false, isBelow: true })
  })
})

describe('leftOutSentence', () => {
  it('says how many runs are left out, and why', () => {
    expect(leftOutSentence(chart(NORMS))).toBe('')
    expect(leftOutSentence(chart([...NORMS, ['d', 1, NaN]]))).toBe(
      '1 run left out: not finite at this step.',
    )
    expect(leftOutSentence(chart([...NORMS, ['d', 1, 0], ['e', 1, 0]]))).toBe(
      '2 runs left out: norm 0 at this step.',
    )
    expect(leftOutSentence(chart([...NORMS, ['d', 1, 0], ['e', 1, NaN]]))).toBe(
      '2 runs left out: not finite or norm 0 at this step.',
    )
  })
})

describe('sweepArea', () => {
  const measure = (text: string) => 6 * text.length

  it('has a place left of the axis for runs without decay', () => {
    const area = sweepArea(chart(NORMS), 400, 300, measure)
    expect(area.place(0)).toBe(area.left + 26)
    expect(area.place(0.01)).toBeGreaterThan(area.left + 52)
    expect(area.place(1)).toBeLessThan(area.right)
  })

  it('has none where all runs have decay', () => {
    const area = sweepArea(chart(NORMS.slice(1)), 400, 300, measure)
    expect(area.without).toBeNaN()
    expect(area.x(area.x.domain[0])).toBe(area.left)
  })

  it('labels the decays that were tried', () => {
    const { xTicks } = sweepArea(chart(NORMS), 400, 300, measure)
    expect(xTicks).toEqual([
      { at: 0.01, label: '0.01' },
      { at: 1, label: '1' },
    ])
  })

  it('leaves out labels that others have no room for, but not the outer ones', () => {
    const decays = [1e-4, 2e-4, 3e-4, 1e-3, 0.011, 0.01]
    const shown = chart(decays.map((decay) => [String(decay), decay, 1]))
    const narrow = sweepArea(shown, 200, 300, measure)
    expect(narrow.xTicks.map(({ label }) => label)).toEqual(['1e-4', '0.001', '0.011'])
    const wide = sweepArea(shown, 900, 300, measure)
    expect(wide.xTicks.map(({ label }) => label)).toEqual([
      ...['1e-4', '2e-4', '3e-4', '0.001', '0.011'],
    ])
  })

  it('finds the runs that are pointed at', () => {
    const shown = chart(NORMS)
    const area = sweepArea(shown, 400, 300, measure)
    const pixels = [0, area.place(0.01) + 30, 400]
    expect(pixels.map((pixel) => knotAt(shown, area, pixel))).toEqual([0, 1, 2])
    expect(knotAt({ ...shown, knots: [] }, area, 0)).toBe(-1)
  })
})

describe('sweepObstacle', () => {
  it('says what is needed', () => {
    expect(sweepObstacle([run('a')])).toBe(
      'Norm against weight decay needs runs with at least two different decays. ' +
        'The run shown has no weight decay.',
    )
    expect(sweepObstacle([run('a', { decay: 2e-4 }), run('b', { decay: 2e-4 })])).toBe(
      'Norm against weight decay needs runs with at least two different decays. ' +
        'All 2 runs shown have weight decay 2e-4.',
    )
  })

  it('takes no decay for a decay', () => {
    expect(sweepObstacle([run('a'), run('b', { decay: 2e-4 })])).toBeNull()
  })
})

describe('decayTitle', () => {
  it('names the kind of decay if there is but one', () => {
    expect(decayTitle(chart(NORMS))).toBe('l2')
    expect(decayTitle(chart([['a', 1, 1, 'weight_decay']]))).toBe('weight decay')
    expect(decayTitle(chart([...NORMS, ['a', 1, 1, 'weight_decay']]))).toBe('decay')
  })
})

it('finds the kinds of decay in what is held', () => {
  const norms: readonly Norm[] = [...NORMS, ['d', 1, 1, 'l1']]
  expect(sweptKinds(new Map([['k', new Map([[ALL_RUNS, entry(snapshot(norms))]])]]))).toEqual([
    'l1',
    'l2',
  ])
  expect(sweptKinds(new Map())).toEqual([])
})

describe('targetSentence', () => {
  it('says which decay meets the target', () => {
    expect(targetSentence(chart(NORMS, [0.6, 0.9], 0.0014142))).toBe(
      'A decay of about 0.0014 meets the target 0.6 to 0.9.',
    )
  })

  it('says it of each kind of decay', () => {
    const decoupled: readonly Norm[] = [['d', 0.01, 4, 'weight_decay'], ['e', 1, 2, 'weight_decay']] // prettier-ignore
    expect(targetSentence(chart([...NORMS, ...decoupled], [1, 1], 0.1234))).toBe(
      'An l2 of about 0.12 meets the target 1. ' +
        'With every weight decay shown the mean stays above the target 1.',
    )
  })

  it('says that it is not known where the norm goes up and down', () => {
    const norms: readonly Norm[] = [['a', 1, 4], ['b', 2, 1], ['c', 3, 2]] // prettier-ignore
    expect(targetSentence(chart(norms, [2, 2], 1.5))).toBe(
      'The norm does not change steadily with decay.',
    )
  })

  it('says that no number is enough for several coefficients', () => {
    const kind = 'l2 and weight_decay'
    expect(
      targetSentence(
        chart(
          [
            ['a', 1, 4, kind],
            ['b', 2, 1, kind],
          ],
          [2, 2],
        ),
      ),
    ).toBe('No single number says how much decay meets the target 2.')
  })

  it('says that the decay lies where runs are left out', () => {
    const norms: readonly Norm[] = [['a', 1, 4], ['b', 2, NaN], ['c', 3, 1]] // prettier-ignore
    expect(targetSentence(chart(norms, [2, 2], 1.5))).toBe(
      'The decay that meets the target 2 lies where runs are left out.',
    )
  })

  it('says on which side of it the mean stays', () => {
    expect(targetSentence(chart(NORMS, [0.1, 0.1]))).toBe(
      'With every decay shown the mean stays above the target 0.1.',
    )
    expect(targetSentence(chart(NORMS, [9, 10]))).toBe(
      'With every decay shown the mean stays below the middle of the target 9 to 10.',
    )
  })

  it('says no more than is known without runs with decay', () => {
    expect(targetSentence(chart([['none', 0, 1]], [1, 2]))).toBe(
      'No decay shown meets the target 1 to 2.',
    )
  })

  it('is empty without a target', () => {
    expect(targetSentence(chart(NORMS))).toBe('')
  })
})

describe('sweepSentence', () => {
  it('says how the mean changes with decay', () => {
    expect(sweepSentence(chart(NORMS, [0.6, 0.9], 0.5), 'the last step')).toBe(
      'Channel norms of output/kernel against weight decay at the last step, 4 runs: ' +
        'mean from 2.000 without decay to 0.5000 at 1. ' +
        'A decay of about 0.5 meets the target 0.6 to 0.9.',
    )
  })

  it('says it of each kind of decay', () => {
    const decoupled: readonly Norm[] = [['d', 0.01, 4, 'weight_decay'], ['e', 1, 2, 'weight_decay']] // prettier-ignore
    expect(sweepSentence(chart([...NORMS, ...decoupled]), 'step 5')).toBe(
      'Channel norms of output/kernel against weight decay at step 5, 6 runs: ' +
        'mean 2.000 without decay; with l2 mean from 2.000 at 0.01 to 0.5000 at 1; ' +
        'with weight decay mean from 4.000 at 0.01 to 2.000 at 1.',
    )
  })

  it('says how many runs are left out', () => {
    expect(sweepSentence(chart([...NORMS, ['d', 2, NaN]], [0.1, 0.1]), 'step 5')).toBe(
      'Channel norms of output/kernel against weight decay at step 5, 4 runs: ' +
        'mean from 2.000 without decay to 0.5000 at 1. ' +
        'With every decay shown the mean stays above the target 0.1. ' +
        '1 run left out: not finite at this step.',
    )
    expect(
      sweepSentence(
        chart(
          [
            ['a', 1, NaN],
            ['b', 2, NaN],
          ],
          [1, 1],
        ),
        'step 5',
      ),
    ).toBe(
      // prettier-ignore
      'Channel norms of output/kernel against weight decay at step 5, 0 runs: no finite values. ' +
        '2 runs left out: not finite at this step.',
    )
  })

  it('says it of one decay, and of none', () => {
    expect(sweepSentence(chart([['a', 0.01, 1]]), 'step 5')).toBe(
      'Channel norms of output/kernel against weight decay at step 5, 1 run: mean 1.000 at 0.01.',
    )
    expect(sweepSentence(chart([]), 'step 5')).toBe(
      'Channel norms of output/kernel against weight decay at step 5, 0 runs: no finite values.',
    )
  })
})
