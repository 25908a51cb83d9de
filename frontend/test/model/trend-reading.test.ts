import { describe, expect, it } from 'vitest'

import {
  neighbour,
  pointsAtStep,
  readingSentence,
  readTrends,
  zoomed,
} from '../../src/model/trend-reading'
import type { TrendChart } from '../../src/model/trends'
import { trendCurve, trendSample } from '../samples'

/** Runs `0`, `1`, … with a frame every 100 steps. */
function chart(...means: (readonly number[])[]): TrendChart {
  return trendSample(
    means.map((mean, i) =>
      trendCurve(
        String(i),
        mean.map((_, j) => j * 100),
        mean,
      ),
    ),
  )
}

describe('readTrends', () => {
  it('reads all runs at the nearest frame, largest first', () => {
    const reading = readTrends(chart([1, 2, 3], [4, 5, 6]), 130)
    expect(reading?.place).toBe(100)
    expect(reading?.columns).toEqual(['mean'])
    expect(reading?.values.map(({ run, numbers }) => [run.name, ...numbers])).toEqual([
      ['1', 5],
      ['0', 2],
    ])
  })

  it('says what is smoothed beside what was logged, and the largest norm', () => {
    const [curve] = chart([1, 2]).curves
    if (curve === undefined) throw new Error('There is a curve.')
    const [raw, max] = [Float32Array.of(7, 8), Float32Array.of(9, 10)]
    const reading = readTrends(trendSample([{ ...curve, raw, max }]), 100)
    expect(reading?.columns).toEqual(['smoothed', 'mean', 'max'])
    expect(reading?.values[0]?.numbers).toEqual([2, 8, 10])
  })

  it('says how many channels are not finite', () => {
    const [curve] = chart([1, NaN]).curves
    if (curve === undefined) throw new Error('There is a curve.')
    const broken = trendSample([{ ...curve, nonfinite: Float32Array.of(0, 64) }])
    expect(readTrends(broken, 0)?.values[0]?.remark).toBeUndefined()
    expect(readTrends(broken, 100)?.values[0]?.remark).toBe('64 channels not finite')
  })

  it('leaves out runs that ended before', () => {
    const reading = readTrends(chart([1, 2, 3], [4]), 190)
    expect(reading?.values.map(({ run }) => run.name)).toEqual(['0'])
    expect(readTrends(chart([1, 2, 3]), 500)).toBeNull()
  })

  it('puts runs that are not finite last', () => {
    const reading = readTrends(chart([NaN], [1], [2]), 0)
    expect(reading?.values.map(({ run }) => run.name)).toEqual(['2', '1', '0'])
  })

  it('reads nothing of no runs', () => {
    expect(readTrends(chart(), 0)).toBeNull()
  })
})

describe('pointsAtStep', () => {
  it('finds the frames nearest to a step, whatever the axis', () => {
    const [curve] = chart([1, 2, 3]).curves
    if (curve === undefined) throw new Error('There is a curve.')
    const epochs = trendSample([{ ...curve, x: Float32Array.of(0, 0.5, 1) }])
    expect(pointsAtStep(epochs, 140).map(({ index, place }) => [index, place])).toEqual([[1, 0.5]])
  })

  it('leaves out runs that did not get as far', () => {
    expect(pointsAtStep(chart([1, 2], [1, 2, 3]), 150)).toHaveLength(1)
  })
})

describe('readingSentence', () => {
  it('tells place and values', () => {
    const reading = readTrends(chart([1, 2], [4, NaN]), 100)
    expect(reading && readingSentence(reading, 'step')).toBe('step 100: 0 2.000, 1 n/a.')
  })

  it('counts those beyond the tenth', () => {
    const reading = readTrends(chart(...Array.from({ length: 12 }, () => [1])), 0)
    expect(reading && readingSentence(reading, 'step')).toMatch(/, 9 1\.000, and 2 more runs\.$/)
  })
})

describe('neighbour', () => {
  const shown = chart([1, 2, 3], [1, 2, 3, 4])

  it('goes from frame to frame of the longest run, and not beyond its ends', () => {
    expect(neighbour(shown, 100, 1)).toBe(200)
    expect(neighbour(shown, 100, -1)).toBe(0)
    expect(neighbour(shown, 200, 10)).toBe(300)
    expect(neighbour(shown, 200, -Infinity)).toBe(0)
  })

  it('begins at an end', () => {
    expect(neighbour(shown, null, 1)).toBe(0)
    expect(neighbour(shown, null, 10)).toBe(0)
    expect(neighbour(shown, null, -1)).toBe(300)
    expect(neighbour(shown, null, Infinity)).toBe(300)
  })

  it('stays within what is zoomed', () => {
    const part: TrendChart = { ...shown, x: [50, 250] }
    expect(neighbour(part, null, 1)).toBe(100)
    expect(neighbour(part, 200, 1)).toBe(200)
  })

  it('is null without frames', () => {
    expect(neighbour(chart(), null, 1)).toBeNull()
  })
})

describe('zoomed', () => {
  it('keeps the place where it was in the interval', () => {
    expect(zoomed([0, 100], [0, 100], 25, 0.5)).toEqual([12.5, 62.5])
  })

  it('stays within the whole, which is no zoom', () => {
    expect(zoomed([0, 50], [0, 100], 50, 1.5)).toEqual([0, 50])
    expect(zoomed([20, 80], [0, 100], 50, 2)).toBeNull()
  })
})
