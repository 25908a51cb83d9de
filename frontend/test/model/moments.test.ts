import { describe, expect, it } from 'vitest'

import {
  chooseMoments,
  foundMoments,
  isNear,
  momentAxis,
  momentCount,
  momentLabel,
  momentSteps,
} from '../../src/model/moments'
import type { HeldEntry } from '../../src/model/held'
import type { KernelMoments } from '../../src/model/moments'
import { entry, moments, run } from '../samples'

const STEPS = { over: 'channels', axis: 'step', n: 5, step: null } as const
const EPOCHS = { ...STEPS, axis: 'epoch' } as const
const BATCHES = { ...EPOCHS, over: 'batches' } as const

describe('chooseMoments', () => {
  it('spaces five steps evenly, first and last included', () => {
    expect(chooseMoments([run('a', { last_step: 999 })], STEPS)).toEqual([0, 250, 500, 749, 999])
  })

  it('stays within what all runs share', () => {
    const runs = [run('a', { first_step: 100 }), run('b', { last_step: 500 })]
    expect(chooseMoments(runs, STEPS)).toEqual([100, 200, 300, 400, 500])
  })

  it('spans runs that share nothing', () => {
    const runs = [run('a', { last_step: 100 }), run('b', { first_step: 300, last_step: 400 })]
    expect(chooseMoments(runs, STEPS)).toEqual([0, 100, 200, 300, 400])
  })

  it('is not held back by a run that has just begun', () => {
    const runs = [run('a'), run('b', { last_step: 0 }), run('c', { last_step: 800 })]
    expect(chooseMoments(runs, STEPS)).toEqual([0, 250, 500, 750, 1000])
  })

  it('says no step twice', () => {
    expect(chooseMoments([run('a', { last_step: 2 })], STEPS)).toEqual([0, 1, 2])
    expect(chooseMoments([run('a', { last_step: 0 })], STEPS)).toEqual([0])
  })

  it('ends at the chosen step', () => {
    const upTo = (step: number) => chooseMoments([run('a')], { ...STEPS, step })
    expect(upTo(400)).toEqual([0, 100, 200, 300, 400])
    expect(upTo(2000)).toEqual([0, 250, 500, 750, 1000])
    const late = run('b', { first_step: 500 })
    expect(chooseMoments([late], { ...STEPS, step: 3 })).toEqual([500])
    expect(chooseMoments([run('a')], { ...EPOCHS, step: 800 })).toEqual([0, 1, 2, 3, 4])
  })

  it('takes whole epochs between the first and the last', () => {
    const wholly = run('a', { first_epoch: 0.4, last_epoch: 10.7 })
    expect(chooseMoments([wholly], EPOCHS)).toEqual([0.4, 3, 6, 8, 10.7])
  })

  it('divides epochs where there are few', () => {
    expect(chooseMoments([run('a', { last_epoch: 1 })], EPOCHS)).toEqual([0, 0.25, 0.5, 0.75, 1])
  })

  it('numbers the epochs that batches belong to from 1', () => {
    expect(chooseMoments([run('a')], BATCHES)).toEqual([1, 2, 3, 4, 5])
    expect(chooseMoments([run('a', { last_epoch: 1.2 })], BATCHES)).toEqual([1, 2])
    expect(chooseMoments([run('a', { first_epoch: 2, last_epoch: 30 })], BATCHES)).toEqual([
      2, 9, 16, 23, 30,
    ])
    expect(chooseMoments([run('a', { last_epoch: 0 })], BATCHES)).toEqual([1])
  })

  it('has none without runs', () => {
    expect(chooseMoments([], STEPS)).toEqual([])
  })
})

describe('momentSteps', () => {
  it('follows each run’s own steps per epoch', () => {
    const steps = (epochs: number) =>
      momentSteps(run('a', { last_epoch: epochs }), [0, 2.5, 5], 'epoch', 'channels')
    expect(steps(5)).toEqual([0, 500, 1000])
    expect(steps(10)).toEqual([0, 250, 500])
  })

  it('starts from the first epoch of a run that was resumed', () => {
    const resumed = run('a', { first_step: 600, first_epoch: 3 })
    expect(momentSteps(resumed, [3, 4, 5], 'epoch', 'channels')).toEqual([600, 800, 1000])
  })

  it('lies within an epoch of batches', () => {
    expect(momentSteps(run('a'), [1, 5], 'epoch', 'batches')).toEqual([150, 950])
    // The last one has hardly begun.
    const begun = run('a', { last_epoch: 4.1, last_step: 820 })
    expect(momentSteps(begun, [4, 5], 'epoch', 'batches')).toEqual([750, 820])
  })

  it('takes the only frame of a run that never finished an epoch', () => {
    const only = run('a', { last_step: 0, last_epoch: 0 })
    expect(momentSteps(only, [0], 'epoch', 'channels')).toEqual([0])
  })
})

describe('momentLabel', () => {
  it('names the step where all runs have a frame', () => {
    const found = [moments([0, 498], []), moments([0, 498], [])]
    expect(momentLabel('step', [0, 500], 1, found)).toBe('498')
  })

  it('marks the wanted step where runs differ', () => {
    const found = [moments([0, 1498], []), moments([0, 1502], [])]
    expect(momentLabel('step', [0, 1500], 1, found)).toBe('≈ 1,500')
  })

  it('does not mind a run that has not got so far', () => {
    const found = [moments([0, 500, 1000], []), moments([0, 20, 20], [])]
    expect(momentLabel('step', [0, 500, 1000], 2, found)).toBe('1,000')
  })

  it('names epochs with two decimals at most', () => {
    expect(momentLabel('epoch', [2.5], 0, [moments([500], [])])).toBe('2.5')
    expect(momentLabel('epoch', [10 / 3], 0, [])).toBe('3.33')
  })
})

describe('isNear', () => {
  it('allows as much as moments are apart', () => {
    const near = [250, 500, 750, 1000].map((place) => isNear([0, 250, 500], 2, place))
    expect(near).toEqual([true, true, true, false])
  })

  it('takes anything for a single moment', () => {
    expect(isNear([100], 0, 900)).toBe(true)
  })
})

describe('momentAxis', () => {
  it('counts epochs over batches', () => {
    expect(momentAxis('step', 'batches')).toBe('epoch')
    expect(momentAxis('epoch', 'channels')).toBe('epoch')
    expect(momentAxis('wall', 'channels')).toBe('step')
  })
})

describe('momentCount', () => {
  it('is larger for ridges', () => {
    expect(momentCount({ shape: 'histogram', over: 'channels' })).toBe(5)
    expect(momentCount({ shape: 'ridgeline', over: 'channels' })).toBe(12)
    expect(momentCount({ shape: 'ridgeline', over: 'batches' })).toBe(5)
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
