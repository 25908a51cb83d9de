import { describe, expect, it } from 'vitest'

import { readPanel, readTrends } from '../../src/model/tooltip'
import type { TrendChart } from '../../src/model/trends'
import { kernel, run, series } from '../samples'

function chart(...means: (readonly number[])[]): TrendChart {
  const runs = means.map((mean, i) => {
    const { step, ...values } = series(
      mean.map((_, j) => j * 100),
      mean,
    )
    return { run: run(String(i)), x: step, ...values }
  })
  return { kernel: kernel(), axis: 'step', runs, x: [0, 1000], y: [0, 2] }
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
