import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS, type Controls } from '../../src/model/controls'
import { merged } from '../../src/model/curves'
import type { Held } from '../../src/model/held'
import type { KernelSeries } from '../../src/model/series'
import {
  anyBroken,
  firstBroken,
  hasFiniteValue,
  lastFinite,
  trendChart,
  trendRange,
} from '../../src/model/trends'
import { curve, entry, row, run, series } from '../samples'

const A = curve('a')
const B = curve('b', { last_step: 2000, last_epoch: 10 })
const MEAN = INITIAL_CONTROLS

function held(values: Record<string, KernelSeries>): Held<KernelSeries> {
  const byRun = Object.entries(values).map(([id, value]) => [`id of ${id}`, entry(value)] as const)
  return new Map([['k', new Map(byRun)]])
}

describe('trendChart', () => {
  it('overlays the runs that are held, in order', () => {
    const a = series([0, 1000], [1, 0.8])
    const chart = trendChart(row(), [A, B], held({ a }), 'step', MEAN)
    expect(chart?.curves.map(({ curve }) => curve.name)).toEqual(['a'])
    expect(chart?.curves[0]?.main).toBe(a.columns.get('mean'))
    expect(chart?.curves[0]?.x).toBe(a.step)
    expect(chart?.x).toEqual([0, 2000])
  })

  it('places points by epoch when asked', () => {
    const chart = trendChart(row(), [A], held({ a: series([0, 1000], [1, 1]) }), 'epoch', MEAN)
    expect(chart?.curves[0]?.x).toEqual(Float32Array.of(0, 5))
    expect(chart?.x).toEqual([0, 5])
  })

  it('spans band, largest and target, with a margin', () => {
    const chart = trendChart(row(), [A], held({ a: series([0, 9], [1, 1.1]) }), 'step', MEAN)
    expect(chart?.y[0]).toBeCloseTo(0.9 - 0.04 * 0.4, 6)
    expect(chart?.y[1]).toBeCloseTo(1.3 + 0.04 * 0.4, 6)
    const target = row({ target: [1, 2] })
    const aimed = trendChart(target, [A], held({ a: series([0, 9], [1, 1.1]) }), 'step', MEAN)
    expect(aimed?.y[1]).toBeCloseTo(2 + 0.04 * 1.1, 6)
  })

  it('starts at zero where the smallest is small beside the largest', () => {
    const chart = trendChart(row(), [A], held({ a: series([0, 9], [1, 0.2]) }), 'step', MEAN)
    expect(chart?.y[0]).toBe(0)
  })

  it('has some height where all values are equal', () => {
    const flat = Float32Array.of(2, 2)
    const columns = new Map((['mean', 'max', 'q4', 'q28'] as const).map((name) => [name, flat]))
    const equal = { ...series([0, 9], [2, 2]), columns }
    expect(trendChart(row(), [A], held({ a: equal }), 'step', MEAN)?.y).toEqual([1.8, 2.2])
  })

  it('survives values that are all NaN', () => {
    const chart = trendChart(row(), [A], held({ a: series([0, 9], [NaN, NaN]) }), 'step', MEAN)
    expect(chart?.y).toEqual([0, 1])
    expect(chart && hasFiniteValue(chart)).toBe(false)
  })

  it('is null while nothing of the kernel is held', () => {
    expect(trendChart(row(), [A], new Map(), 'step', MEAN)).toBeNull()
  })
})

describe('trendChart by the controls', () => {
  const target = row({ target: [0.5, 0.6] })
  const values = series([0, 100, 200, 1000], [1, 2, 4, 8])
  const shown = (changes: Partial<Controls>, of = values) =>
    trendChart(target, [A], held({ a: of }), 'step', { ...INITIAL_CONTROLS, ...changes })

  it('refers to the target, to no distance from it, or to no change', () => {
    expect(shown({})?.reference).toEqual([0.5, 0.6])
    expect(shown({ relation: 'target' })?.reference).toEqual([0, 0])
    expect(shown({ relation: 'start' })?.reference).toEqual([1, 1])
    expect(shown({ statistic: 'total' })?.reference).toBeNull()
    expect(shown({ statistic: 'total', relation: 'baseline' })?.reference).toEqual([1, 1])
  })

  it('keeps what was logged beside the smoothed line', () => {
    const [curve] = shown({ smoothing: 0.5 })?.curves ?? []
    expect(curve?.raw).toBe(values.columns.get('mean'))
    expect(curve?.main[1]).toBeCloseTo(5 / 3, 6)
    expect(shown({})?.curves[0]?.raw).toHaveLength(0)
  })

  it('has a logarithmic axis around what is positive', () => {
    const chart = shown({ logY: true, band: 'none' }, series([0, 1], [-1, 100]))
    expect(chart?.yKind).toBe('log')
    expect(chart?.y[0]).toBeCloseTo(0.5 * (0.5 / 100.2) ** 0.04, 6)
    expect(chart?.y[1]).toBeCloseTo(100.2 * (100.2 / 0.5) ** 0.04, 3)
  })

  it('has no logarithmic axis down to channels that died', () => {
    const columns = new Map(series([0, 1], [1, 2]).columns).set('q4', Float32Array.of(1e-20, 1e-20))
    const chart = shown({ logY: true }, { ...series([0, 1], [1, 2]), columns })
    expect(chart?.y[0]).toBeCloseTo(0.1 / 22 ** 0.04, 2)
  })

  it('has no logarithm of distances', () => {
    expect(shown({ logY: true, relation: 'target' })?.yKind).toBe('linear')
  })

  it('shows the values of a part of the axis in full height', () => {
    const chart = shown({ zoom: [0, 100], band: 'none', relation: 'start' })
    expect(chart?.x).toEqual([0, 100])
    expect(chart?.whole).toEqual([0, 1000])
    // Up to the largest of the first three: the next point decides where the line leaves.
    expect(chart?.y[1]).toBeCloseTo(4.2 + 0.04 * 3.2, 5)
  })

  it('makes a band of the seeds of one decay', () => {
    const [pair] = merged([run('a'), run('b')], [['id of a', 'id of b']])
    if (pair === undefined) throw new Error('There is a curve.')
    const columns = (value: number) => new Map([['mean', Float32Array.of(value)] as const])
    const of = {
      ...series([0], [1]),
      seeds: { low: columns(0.5), high: columns(1.5), nRuns: Float64Array.of(2) },
    }
    const ofCurve = (curve: typeof A) =>
      trendChart(row(), [curve], held({ a: of }), 'step', MEAN)?.curves[0]
    expect(ofCurve(pair)?.low).toEqual(Float32Array.of(0.5))
    expect(ofCurve(pair)?.high).toEqual(Float32Array.of(1.5))
    expect(ofCurve(A)?.low).toHaveLength(0)
  })

  it('knows where channels stop being finite', () => {
    const columns = new Map([
      ...values.columns,
      ['nonfinite', Float32Array.of(0, 0, 3, 64)] as const,
    ])
    const [curve] = shown({}, { ...values, columns })?.curves ?? []
    expect(curve && firstBroken(curve)).toBe(2)
    expect(anyBroken(held({ a: { ...values, columns } }))).toBe(true)
    expect(anyBroken(held({ a: values }))).toBe(false)
    expect(anyBroken(new Map())).toBe(false)
  })
})

describe('trendRange', () => {
  it('covers all runs, and is no range without any', () => {
    expect(trendRange([run('a', { first_step: 50 }), ...B.runs], 'step')).toEqual([0, 2000])
    expect(trendRange([], 'step')).toEqual([0, 0])
  })
})

describe('lastFinite', () => {
  it('skips what follows the last finite value', () => {
    expect(lastFinite(Float32Array.of(1, 2, NaN, Infinity))).toBe(2)
    expect(lastFinite(Float32Array.of(NaN))).toBeNaN()
  })
})
