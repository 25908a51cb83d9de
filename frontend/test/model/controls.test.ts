import { describe, expect, it } from 'vitest'

import {
  axisInForce,
  INITIAL_CONTROLS,
  runsWithoutEpoch,
  shownRuns,
  withAllRuns,
  withAxis,
  withNoRuns,
  withRunToggled,
  withView,
} from '../../src/model/controls'
import { overview, run } from '../samples'

const RUNS = [run('a'), run('b'), run('c', { last_epoch: null })]
const OVERVIEW = overview(RUNS)

function names(controls: typeof INITIAL_CONTROLS): readonly string[] {
  return shownRuns(OVERVIEW, controls).map(({ name }) => name)
}

describe('controls', () => {
  it('show all runs at first, and those that appear later', () => {
    expect(names(INITIAL_CONTROLS)).toEqual(['a', 'b', 'c'])
    const none = withNoRuns(INITIAL_CONTROLS, RUNS.slice(0, 2))
    expect(names(none)).toEqual(['c'])
  })

  it('toggle a run and leave the former state as it was', () => {
    const without = withRunToggled(INITIAL_CONTROLS, 'id of b')
    expect(names(without)).toEqual(['a', 'c'])
    expect(names(withRunToggled(without, 'id of b'))).toEqual(['a', 'b', 'c'])
    expect(INITIAL_CONTROLS.hidden.size).toBe(0)
  })

  it('tick all or none', () => {
    const none = withNoRuns(INITIAL_CONTROLS, RUNS)
    expect(names(none)).toEqual([])
    expect(names(withAllRuns(none))).toEqual(['a', 'b', 'c'])
  })

  it('change view and axis', () => {
    const controls = withAxis(withView(INITIAL_CONTROLS, 'distributions'), 'epoch')
    expect([controls.view, controls.axis]).toEqual(['distributions', 'epoch'])
  })

  it('leave out runs that do not say their epoch, and tell which', () => {
    const controls = withAxis(INITIAL_CONTROLS, 'epoch')
    expect(names(controls)).toEqual(['a', 'b'])
    expect(runsWithoutEpoch(OVERVIEW, controls)).toEqual([RUNS[2]])
    expect(runsWithoutEpoch(OVERVIEW, INITIAL_CONTROLS)).toEqual([])
  })

  it('stay on steps where no run has epochs', () => {
    const without = overview(RUNS.slice(2))
    expect(axisInForce(without, withAxis(INITIAL_CONTROLS, 'epoch'))).toBe('step')
  })
})
