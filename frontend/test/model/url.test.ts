import { describe, expect, it } from 'vitest'

import { INITIAL_CONTROLS, type Controls } from '../../src/model/controls'
import { controlsOfHash, hashWithControls } from '../../src/model/url'

/** Nothing in it is as it is by default. */
const CHANGED: Controls = {
  view: 'sweep',
  hidden: new Set(['20a2caf077d7', 'ade503fcf5d3']),
  runFilter: 'wd=(0|1e-3)&x',
  baseline: 'ade503fcf5d3',
  seeds: 'merge',
  kernelFilter: 'größe/[a,b] 100%',
  groupBy: 'pattern',
  groupPattern: '^(block\\d+)_',
  order: 'target',
  pinned: new Set(['d4e884184bb8', '=a,b=c&d']),
  collapsed: new Set(['early, late', '']),
  large: '=early',
  axis: 'wall',
  zoom: [1700000000.25, 1700000100],
  step: 12000,
  statistic: 'total',
  band: 'minmax',
  relation: 'baseline',
  logY: true,
  smoothing: 0.6,
  measure: 'spread',
  sort: 'ade503fcf5d3',
  sortAscending: true,
  over: 'batches',
  shape: 'ridgeline',
  bins: 30,
  shareX: 'all',
  xLimits: [-1, 2.5e-7],
  yLimits: [0, 10],
  clip: false,
}

describe('hashWithControls', () => {
  it('writes only what differs from the default', () => {
    expect(hashWithControls('#wdnorm', INITIAL_CONTROLS)).toBe('#wdnorm')
    expect(hashWithControls('#wdnorm', { ...INITIAL_CONTROLS, step: 7, logY: true })).toBe(
      '#wdnorm&p.wdnorm.step=7&p.wdnorm.logY=true',
    )
  })

  it('keeps what is not ours, and replaces what is', () => {
    const hash = '#scalars&p.other.a=1%26&p.wdnorm.step=5&_smoothing=0.6'
    expect(hashWithControls(hash, { ...INITIAL_CONTROLS, axis: 'epoch' })).toBe(
      '#scalars&p.other.a=1%26&_smoothing=0.6&p.wdnorm.axis=epoch',
    )
  })

  it('is empty where there is nothing to say', () => {
    expect(hashWithControls('', INITIAL_CONTROLS)).toBe('')
  })
})

describe('controlsOfHash', () => {
  it('gives back every control, whatever characters are in it', () => {
    for (const name of Object.keys(CHANGED) as (keyof Controls)[]) {
      expect(CHANGED[name], name).not.toEqual(INITIAL_CONTROLS[name])
    }
    expect(controlsOfHash(hashWithControls('#wdnorm', CHANGED))).toEqual(CHANGED)
  })

  it('survives that TensorBoard decodes the hash and encodes it again', () => {
    const again = hashWithControls('#wdnorm', CHANGED)
      .slice(1)
      .split('&')
      .map((token) => token.split('=').map(decodeURIComponent).map(encodeURIComponent).join('='))
    expect(controlsOfHash(`#${again.join('&')}`)).toEqual(CHANGED)
  })

  it.each([
    'view=scalars',
    'step=-1',
    'step=1.5',
    'step=',
    'smoothing=1',
    'smoothing=NaN',
    'bins=0',
    'bins=1e9',
    'logY=yes',
    'zoom=5',
    'zoom=5,5',
    'zoom=1,2,3',
    'zoom=,2',
    'zoom=1,Infinity',
    'unknown=1',
    'step=1=2',
    'baseline=',
  ])('ignores %s', (token) => {
    expect(controlsOfHash(`#wdnorm&p.wdnorm.${token}`)).toEqual(INITIAL_CONTROLS)
  })

  it('reads what is wrongly encoded as it is', () => {
    expect(controlsOfHash('#p.wdnorm.runFilter=100%').runFilter).toBe('100%')
  })
})
