import { describe, expect, it } from 'vitest'

import type { Held } from '../../src/model/held'
import type { KernelSeries } from '../../src/model/series'
import { hasFiniteMean, lastFinite, trendChart, trendRange } from '../../src/model/trends'
import { kernel, run, series } from '../samples'

const A = run('a')
const B = run('b', { last_step: 2000, last_epoch: 10 })

function held(values: Record<string, KernelSeries>): Held<KernelSeries> {
  const byRun = Object.entries(values).map(
    ([id, value]) => [`id of ${id}`, { version: '', value }] as const,
  )
  return new Map([['k', new Map(byRun)]])
}

describe('trendChart', () => {
  it('overlays the runs that are held, in order', () => {
    const a = series([0, 1000], [1, 0.8])
    const chart = trendChart(kernel(), [A, B], held({ a }), 'step')
    expect(chart?.runs.map(({ run }) => run.name)).toEqual(['a'])
    expect(chart?.runs[0]?.mean).toBe(a.mean)
    expect(chart?.runs[0]?.x).toBe(a.step)
    expect(chart?.x).toEqual([0, 2000])
  })

  it('places points by epoch when asked', () => {
    const chart = trendChart(kernel(), [A], held({ a: series([0, 1000], [1, 1]) }), 'epoch')
    expect(chart?.runs[0]?.x).toEqual(Float32Array.of(0, 5))
    expect(chart?.x).toEqual([0, 5])
  })

  it('spans band, largest and target, with a margin', () => {
    const chart = trendChart(kernel(), [A], held({ a: series([0, 9], [1, 1.1]) }), 'step')
    expect(chart?.y[0]).toBeCloseTo(0.9 - 0.04 * 0.4, 6)
    expect(chart?.y[1]).toBeCloseTo(1.3 + 0.04 * 0.4, 6)
    const target = kernel({ target: [1, 2] })
    const aimed = trendChart(target, [A], held({ a: series([0, 9], [1, 1.1]) }), 'step')
    expect(aimed?.y[1]).toBeCloseTo(2 + 0.04 * 1.1, 6)
  })

  it('starts at zero where the smallest is small beside the largest', () => {
    const chart = trendChart(kernel(), [A], held({ a: series([0, 9], [1, 0.2]) }), 'step')
    expect(chart?.y[0]).toBe(0)
  })

  it('has some height where all values are equal', () => {
    const flat = Float32Array.of(2, 2)
    const equal = { ...series([0, 9], [2, 2]), max: flat, low: flat, high: flat }
    expect(trendChart(kernel(), [A], held({ a: equal }), 'step')?.y).toEqual([1.8, 2.2])
  })

  it('survives values that are all NaN', () => {
    const chart = trendChart(kernel(), [A], held({ a: series([0, 9], [NaN, NaN]) }), 'step')
    expect(chart?.y).toEqual([0, 1])
    expect(chart && hasFiniteMean(chart)).toBe(false)
  })

  it('is null while nothing of the kernel is held', () => {
    expect(trendChart(kernel(), [A], new Map(), 'step')).toBeNull()
  })
})

describe('trendRange', () => {
  it('covers all runs, and is no range without any', () => {
    expect(trendRange([run('a', { first_step: 50 }), B], 'step')).toEqual([0, 2000])
    expect(trendRange([], 'step')).toEqual([0, 0])
  })
})

describe('lastFinite', () => {
  it('skips what follows the last finite value', () => {
    expect(lastFinite(Float32Array.of(1, 2, NaN, Infinity))).toBe(2)
    expect(lastFinite(Float32Array.of(NaN))).toBeNaN()
  })
})
