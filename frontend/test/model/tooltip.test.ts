import { describe, expect, it } from 'vitest'

import { readPanel, readTrends } from '../../src/model/tooltip'
import type { TrendChart } from '../../src/model/trends'
import { curve, row } from '../samples'

function chart(...means: (readonly number[])[]): TrendChart {
  const none = new Float32Array(0)
  const curves = means.map((mean, i) => ({
    curve: curve(String(i)),
    x: Float64Array.from(mean, (_, j) => j * 100),
    main: Float32Array.from(mean),
    max: Float32Array.from(mean, (value) => value + 0.2),
    low: none,
    high: none,
  }))
  return { row: row(), axis: 'step', curves, x: [0, 1000], y: [0, 2] }
}

describe('readTrends', () => {
  it('reads all runs at the nearest frame, largest first', () => {
    const reading = readTrends(chart([1, 2, 3], [4, 5, 6]), 130)
    expect(reading?.place).toBe(100)
    expect(reading?.values.map(({ run, mean }) => [run.name, mean])).toEqual([
      ['1', 5],
      ['0', 2],
    ])
    expect(reading?.values[0]?.max).toBeCloseTo(5.2, 6)
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

describe('readPanel', () => {
  it('is null for an empty panel', () => {
    expect(readPanel({ runs: [], top: 1 })).toBeNull()
  })
})
