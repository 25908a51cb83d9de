import { describe, expect, it } from 'vitest'

import { chooseMoments, foundMoments, momentLabel, momentSteps } from '../../src/model/moments'
import type { HeldEntry } from '../../src/model/held'
import type { KernelMoments } from '../../src/model/moments'
import { entry, moments, run } from '../samples'

describe('chooseMoments', () => {
  it('spaces five steps evenly, first and last included', () => {
    expect(chooseMoments([run('a', { last_step: 999 })], 'step')).toEqual([0, 250, 500, 749, 999])
  })

  it('stays within what all runs share', () => {
    const runs = [run('a', { first_step: 100 }), run('b', { last_step: 500 })]
    expect(chooseMoments(runs, 'step')).toEqual([100, 200, 300, 400, 500])
  })

  it('spans runs that share nothing', () => {
    const runs = [run('a', { last_step: 100 }), run('b', { first_step: 300, last_step: 400 })]
    expect(chooseMoments(runs, 'step')).toEqual([0, 100, 200, 300, 400])
  })

  it('says no step twice', () => {
    expect(chooseMoments([run('a', { last_step: 2 })], 'step')).toEqual([0, 1, 2])
    expect(chooseMoments([run('a', { last_step: 0 })], 'step')).toEqual([0])
  })

  it('spaces epochs evenly', () => {
    expect(chooseMoments([run('a'), run('b', { last_epoch: 4 })], 'epoch')).toEqual([0, 1, 2, 3, 4])
  })

  it('has none without runs', () => {
    expect(chooseMoments([], 'step')).toEqual([])
  })
})

describe('momentSteps', () => {
  it('follows each run’s own steps per epoch', () => {
    expect(momentSteps(run('a'), [0, 2.5, 5], 'epoch')).toEqual([0, 500, 1000])
    expect(momentSteps(run('b', { last_epoch: 10 }), [0, 2.5, 5], 'epoch')).toEqual([0, 250, 500])
  })

  it('takes the only frame of a run that never finished an epoch', () => {
    expect(momentSteps(run('a', { last_step: 0, last_epoch: 0 }), [0], 'epoch')).toEqual([0])
  })
})

describe('momentLabel', () => {
  it('names the step where all runs have a frame', () => {
    const found = [moments([0, 498], []), moments([0, 498], [])]
    expect(momentLabel('step', 500, 1, found)).toBe('498')
  })

  it('marks the wanted step where runs differ', () => {
    const found = [moments([0, 1498], []), moments([0, 1502], [])]
    expect(momentLabel('step', 1500, 1, found)).toBe('≈ 1,500')
  })

  it('names epochs with two decimals at most', () => {
    expect(momentLabel('epoch', 2.5, 0, [moments([500], [])])).toBe('2.5')
    expect(momentLabel('epoch', 10 / 3, 0, [])).toBe('3.33')
  })
})

describe('foundMoments', () => {
  it('takes one answer per run, of whatever kernel has one', () => {
    const value = moments([7], [])
    const held = new Map<string, ReadonlyMap<string, HeldEntry<KernelMoments>>>([
      ['k', new Map([['id of a', entry<KernelMoments>(null)]])],
      ['l', new Map([['id of a', entry(value)]])],
    ])
    expect(foundMoments(held, [run('a'), run('b')])).toEqual([value])
  })
})
