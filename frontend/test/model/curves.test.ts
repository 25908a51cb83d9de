import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS, type Controls } from '../../src/model/controls'
import { axisInForce, merged, runsWithoutEpoch, shownRuns } from '../../src/model/curves'
import { overview, run } from '../samples'

const RUNS = [run('a'), run('b'), run('c', { last_epoch: null })]
const OVERVIEW = overview(RUNS)

function names(changes: Partial<Controls>): readonly string[] {
  return shownRuns(OVERVIEW, { ...INITIAL_CONTROLS, ...changes }).map(({ name }) => name)
}

describe('shownRuns', () => {
  it('are all at first, and those that appear later', () => {
    expect(names({})).toEqual(['a', 'b', 'c'])
    expect(names({ hidden: new Set(['id of a', 'id of gone']) })).toEqual(['b', 'c'])
  })

  it('match the filter', () => {
    expect(names({ runFilter: '[AB]' })).toEqual(['a', 'b'])
    expect(names({ runFilter: 'a|(' })).toEqual(['a', 'b', 'c'])
  })

  it('can be placed on the axis', () => {
    expect(names({ axis: 'epoch' })).toEqual(['a', 'b'])
    const epochs = { ...INITIAL_CONTROLS, axis: 'epoch' } as const
    expect(runsWithoutEpoch(OVERVIEW, epochs)).toEqual([RUNS[2]])
    expect(runsWithoutEpoch(OVERVIEW, INITIAL_CONTROLS)).toEqual([])
  })
})

describe('axisInForce', () => {
  it('stays on steps where no run has epochs', () => {
    const epochs = { ...INITIAL_CONTROLS, axis: 'epoch' } as const
    expect(axisInForce(overview(RUNS.slice(2)), epochs)).toBe('step')
    expect(axisInForce(OVERVIEW, epochs)).toBe('epoch')
  })
})

describe('merged', () => {
  const seeds = [
    run('wd=1e-3/seed=1', { label: 'l2=1e-3' }),
    run('other'),
    run('wd=1e-3/seed=2', { label: 'l2=1e-3' }),
  ]
  const ids = [['id of wd=1e-3/seed=1', 'id of wd=1e-3/seed=2'], ['id of other']]

  it('puts runs together that differ in their seed only', () => {
    const curves = merged(seeds, ids)
    expect(curves.map(({ id, name }) => [id, name])).toEqual([
      ['id of wd=1e-3/seed=1', 'wd=1e-3 (2 seeds)'],
      ['id of other', 'other'],
    ])
    expect(curves[0]?.runs).toEqual([seeds[0], seeds[2]])
  })

  it('names by their decay those whose names have nothing in common', () => {
    const [only] = merged([run('x', { label: 'l2=1e-3' }), run('y')], [['id of x', 'id of y']])
    expect(only?.name).toBe('l2=1e-3 (2 seeds)')
  })

  it('leaves a run alone whose likes are hidden', () => {
    expect(merged(seeds.slice(2), ids).map(({ name }) => name)).toEqual(['wd=1e-3/seed=2'])
  })
})
