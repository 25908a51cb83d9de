import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS, type Controls } from '../../src/model/controls'
import { emptyReason, trendLegend, valueTitle } from '../../src/model/trend-words'
import { row } from '../samples'

function legend(changes: Partial<Controls>, has = { target: false, broken: false }) {
  return trendLegend({ ...INITIAL_CONTROLS, ...changes }, has).map(({ mark, says }) => [mark, says])
}

describe('trendLegend', () => {
  it('says what is drawn by default', () => {
    expect(legend({}, { target: true, broken: true })).toEqual([
      ['main', 'mean of the channel norms'],
      ['max', 'largest'],
      ['band', 'middle 75 % of the channels'],
      ['reference', 'target'],
      ['broken', 'from here on some channels are NaN or infinite'],
    ])
  })

  it('tells a smoothed line from the one that was logged', () => {
    expect(legend({ statistic: 'median', band: 'minmax', smoothing: 0.5 })).toEqual([
      ['main', 'median of the channel norms, smoothed'],
      ['raw', 'as logged'],
      ['band', 'from the least to the largest channel'],
    ])
  })

  it('has a band of seeds instead of channels, and the place of no change', () => {
    expect(legend({ statistic: 'std', relation: 'baseline', seeds: 'merge' })).toEqual([
      ['main', 'standard deviation of the channel norms'],
      ['band', 'from the least to the greatest of the seeds'],
      ['reference', 'as the baseline'],
    ])
  })

  it('has no target for what is no norm of channels', () => {
    expect(legend({ statistic: 'total' }, { target: true, broken: false })).toEqual([
      ['main', 'norm of the whole kernel'],
    ])
  })
})

describe('valueTitle', () => {
  it('names what y shows', () => {
    expect(valueTitle('mean', 'none')).toBe('channel norm')
    expect(valueTitle('total', 'none')).toBe('norm')
    expect(valueTitle('mean', 'baseline')).toBe('relative to the baseline')
    expect(valueTitle('mean', 'target')).toBe('distance from the target range')
  })
})

describe('emptyReason', () => {
  it('says why there is nothing', () => {
    const [none, aimed] = [row(), row({ target: [1, 2] })]
    const reason = (changes: Partial<Parameters<typeof emptyReason>[0]>) =>
      emptyReason({ row: none, statistic: 'mean', relation: 'target', ...changes })
    expect(reason({ relation: 'none' })).toBe('No finite values')
    expect(reason({})).toBe('No target is known')
    expect(reason({ row: aimed })).toBe('No finite values')
    expect(reason({ row: aimed, statistic: 'std' })).toBe('Targets are for norms of channels')
  })
})
