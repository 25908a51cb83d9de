import { describe, expect, it } from 'vitest'

import { digits, stacked, type Table } from '../../src/model/table'
import { fileName, toCsv, toJson } from '../../src/model/table-file'

const TABLE: Table = {
  caption: 'norms',
  columns: ['run', 'mean'],
  rows: [
    ['a, "b"', 0.5],
    ['=c\nd', NaN],
  ],
}

describe('stacked', () => {
  it('puts rows below each other and leaves empty what a table does not have', () => {
    const other = { caption: '', columns: ['mean', 'max'], rows: [[1, 2]] }
    expect(stacked('both', [TABLE, other])).toEqual({
      caption: 'both',
      columns: ['run', 'mean', 'max'],
      rows: [
        ['a, "b"', 0.5, ''],
        ['=c\nd', NaN, ''],
        ['', 1, 2],
      ],
    })
  })

  it('is empty without tables', () => {
    expect(stacked('none', [])).toEqual({ caption: 'none', columns: [], rows: [] })
  })
})

describe('toCsv', () => {
  it('quotes what would end a field, and leaves NaN empty', () => {
    expect(toCsv(TABLE)).toBe('run,mean\r\n"a, ""b""",0.5\r\n"=c\nd",\r\n')
  })
})

describe('toJson', () => {
  it('is one object per row, with null for NaN', () => {
    expect(JSON.parse(toJson(TABLE))).toEqual([
      { run: 'a, "b"', mean: 0.5 },
      { run: '=c\nd', mean: null },
    ])
  })
})

describe('digits', () => {
  it('drops the noise of float32', () => {
    expect(digits(Math.fround(0.9))).toBe(0.9)
    expect(digits(NaN)).toBeNaN()
  })
})

describe('fileName', () => {
  it('keeps letters, digits and what names of runs and kernels are made of', () => {
    expect(fileName('dense/kernel:0 trends', 'csv')).toBe('dense_kernel_0_trends.csv')
    expect(fileName('wd=2e-4 + größe', 'png')).toBe('wd=2e-4_+_größe.png')
  })

  it('is neither hidden, nor empty, nor longer than file systems take', () => {
    expect(fileName('../..', 'csv')).toBe('kernel_norms.csv')
    expect(fileName('x'.repeat(300), 'csv')).toHaveLength(104)
  })
})
