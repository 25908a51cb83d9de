import { describe, expect, it } from 'vitest'

import { trendSentence } from '../../src/model/sentence'
import type { TrendChart } from '../../src/model/trends'
import { trendCurve, trendSample } from '../samples'

function chart(means: Record<string, readonly number[]>, changes: Partial<TrendChart> = {}) {
  const curves = Object.entries(means).map(([name, mean]) => {
    return trendCurve(name, [0, 1000], mean)
  })
  return { ...trendSample(curves), ...changes }
}

describe('trendSentence', () => {
  it('says between what the means end', () => {
    expect(
      trendSentence(chart({ none: [1, 0.92], 'wd=2e-3': [1, 0.75], 'wd=2e-4': [1, 0.9] })),
    ).toBe(
      'Channel norms of output/kernel, 3 runs, steps 0 to 1,000: mean ends between 0.7500 (wd=2e-3) and 0.9200 (none).',
    )
  })

  it('says of one run where it went', () => {
    expect(trendSentence(chart({ a: [1, 0.5] }, { axis: 'epoch', x: [0, 5] }))).toBe(
      'Channel norms of output/kernel, 1 run, epochs 0 to 5: mean goes from 1.000 to 0.5000.',
    )
  })

  it('says what the values are relative to', () => {
    const of = (changes: Partial<TrendChart>) => trendSentence(chart({ a: [1, 0.5] }, changes))
    expect(of({ statistic: 'median', relation: 'start' })).toBe(
      'Channel norms of output/kernel, 1 run, steps 0 to 1,000: median relative to the start goes from 1.000 to 0.5000.',
    )
    expect(of({ relation: 'target' })).toBe(
      'Channel norms of output/kernel, 1 run, steps 0 to 1,000: distance of the mean from the target range goes from 1.000 to 0.5000.',
    )
  })

  it('says where runs stop being finite, of three of them', () => {
    const broken = ['a', 'b', 'c', 'd'].map((name) => ({
      ...trendCurve(name, [0, 1000], [1, NaN]),
      nonfinite: Float32Array.of(0, 4),
    }))
    expect(trendSentence(trendSample(broken))).toBe(
      'Channel norms of output/kernel, 4 runs, steps 0 to 1,000: mean ends between 1.000 (a) and 1.000 (d); a not finite from step 1,000 on; b not finite from step 1,000 on; c not finite from step 1,000 on; 1 more not finite.',
    )
  })

  it('says so when nothing is finite', () => {
    expect(trendSentence(chart({ a: [NaN, NaN] }, { x: [0, 0] }))).toBe(
      'Channel norms of output/kernel, 1 run, step 0: no finite values.',
    )
  })
})
