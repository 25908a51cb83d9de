import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS, type Controls } from '../../src/model/controls'
import { along, column, continued, seriesQuery, trendColumns } from '../../src/model/series'
import { series } from '../samples'

describe('continued', () => {
  it('replaces what came after the step', () => {
    const held = series([0, 100, 180, 200], [1, 2, 3, 4])
    const more = series([190, 300], [7, 8])
    const all = continued(held, 180, more)
    expect([...all.step]).toEqual([0, 100, 180, 190, 300])
    expect([...column(all.columns, 'mean')]).toEqual([1, 2, 3, 7, 8])
    expect(all.epoch).toEqual(Float32Array.of(0, 0.5, 0.9, 0.95, 1.5))
    expect(all.wallTime[4]).toBe(3)
    expect(all.seeds).toBeNull()
  })

  it('continues the band of seeds too', () => {
    const of = (step: readonly number[], n: number) => {
      const plain = series(step, step)
      const { columns } = plain
      const nRuns = new Float64Array(step.length).fill(n)
      return { ...plain, seeds: { low: columns, high: columns, nRuns } }
    }
    const all = continued(of([0, 100], 2), 0, of([100, 200], 3))
    expect([...(all.seeds?.nRuns ?? [])]).toEqual([2, 3, 3])
    expect([...column(all.seeds?.low ?? new Map(), 'mean')]).toEqual([0, 100, 200])
  })
})

describe('along', () => {
  it('places points by step, epoch, time of day, or time since the start', () => {
    const found = series([0, 1000], [1, 1])
    expect([...along('step', found, 4)]).toEqual([0, 1000])
    expect([...along('epoch', found, 4)]).toEqual([0, 5])
    expect([...along('wall', found, 4)]).toEqual([0, 10])
    expect([...along('relative', found, 4)]).toEqual([-4, 6])
  })
})

describe('queries', () => {
  it('ask for no column twice', () => {
    const minmax = { ...INITIAL_CONTROLS, band: 'minmax' } as const
    expect(trendColumns(INITIAL_CONTROLS)).toEqual(['mean', 'nonfinite', 'max', 'q4', 'q28'])
    expect(trendColumns(minmax)).toEqual(['mean', 'nonfinite', 'max', 'q0', 'q32'])
    expect(trendColumns({ ...minmax, statistic: 'median', band: 'none' })).toEqual([
      'q16',
      'nonfinite',
    ])
  })

  it('leave out bands that are relative to something else, or are none of channels', () => {
    const columns = (changes: Partial<Controls>) =>
      trendColumns({ ...INITIAL_CONTROLS, ...changes })
    expect(columns({ statistic: 'total' })).toEqual(['total', 'nonfinite'])
    expect(columns({ statistic: 'max', relation: 'start' })).toEqual(['max', 'nonfinite'])
    expect(columns({ statistic: 'max', relation: 'target' })).toContain('q4')
    expect(columns({ seeds: 'merge' })).toEqual(['mean', 'nonfinite', 'max'])
  })

  it('ask for little where trends are small', () => {
    const { columns, relation, maxPoints } = seriesQuery({ ...INITIAL_CONTROLS, view: 'overview' })
    expect([columns, relation, maxPoints]).toEqual([['total'], 'start', 60])
  })
})
