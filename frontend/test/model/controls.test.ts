import { describe, expect, it } from 'vitest'

import {
  INITIAL_CONTROLS,
  withAxis,
  withBaselineToggled,
  withOnlyRun,
  withoutRuns,
  withPinToggled,
  withRuns,
  withRunToggled,
} from '../../src/model/controls'
import { run } from '../samples'

const RUNS = [run('a'), run('b'), run('c')]

describe('controls', () => {
  it('toggle a run and leave the former state as it was', () => {
    const without = withRunToggled(INITIAL_CONTROLS, 'id of b')
    expect([...without.hidden]).toEqual(['id of b'])
    expect(withRunToggled(without, 'id of b').hidden.size).toBe(0)
    expect(INITIAL_CONTROLS.hidden.size).toBe(0)
  })

  it('tick and untick some runs without touching others', () => {
    const none = withoutRuns(INITIAL_CONTROLS, RUNS)
    expect([...withRuns(none, RUNS.slice(0, 2)).hidden]).toEqual(['id of c'])
    const first = withRunToggled(INITIAL_CONTROLS, 'id of a')
    expect([...withoutRuns(first, RUNS.slice(2)).hidden]).toEqual(['id of a', 'id of c'])
  })

  it('show one run of all', () => {
    expect([...withOnlyRun(INITIAL_CONTROLS, RUNS, 'id of b').hidden]).toEqual([
      'id of a',
      'id of c',
    ])
  })

  it('give the choice of the baseline back to the server', () => {
    const chosen = withBaselineToggled(INITIAL_CONTROLS, 'id of b')
    expect(chosen.baseline).toBe('id of b')
    expect(withBaselineToggled(chosen, 'id of b').baseline).toBeNull()
  })

  it('pin in the order of pinning', () => {
    const pinned = withPinToggled(withPinToggled(INITIAL_CONTROLS, 'y'), 'x')
    expect([...pinned.pinned]).toEqual(['y', 'x'])
  })

  it('forget the zoom with its axis only', () => {
    const zoomed = { ...INITIAL_CONTROLS, zoom: [10, 20] as const }
    expect(withAxis(zoomed, 'step').zoom).toEqual([10, 20])
    expect(withAxis(zoomed, 'wall').zoom).toBeNull()
  })
})
