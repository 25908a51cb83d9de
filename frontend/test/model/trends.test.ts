import { describe, expect, it } from 'vitest'

import type { Held } from '../../src/model/held'
import type { KernelSeries } from '../../src/model/series'
import { hasFiniteValue, lastFinite, trendChart, trendRange } from '../../src/model/trends'
import { curve, entry, row, run, series } from '../samples'

const A = curve('a')
const B = curve('b', { last_step: 2000, last_epoch: 10 })
const MEAN = { statistic: 'mean', band: 'quantiles' } as const

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
