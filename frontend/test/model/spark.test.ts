import { expect, it } from 'vitest'

import { spark } from '../../src/model/spark'
import { entry, row, run, series } from '../samples'

it('follows the measure of the runs that are held', () => {
  const held = new Map([['k', new Map([['id of a', entry(series([0, 500, 1000], [1, 2, NaN]))]])]])
  const trend = spark(row(), [run('a'), run('b')], held, 'mean', 'step')
  expect(trend.x).toEqual([0, 1000])
  expect(trend.y[0]).toBeCloseTo(0.92)
  expect(trend.y[1]).toBeCloseTo(2.08)
  const [line] = trend.lines
  expect(trend.lines).toHaveLength(1)
  expect([...(line?.y ?? [])]).toEqual([1, 2, NaN])
  expect([...(line?.x ?? [])]).toEqual([0, 500, 1000])
})

it('has no line while nothing is held', () => {
  expect(spark(row(), [run('a')], new Map(), 'mean', 'epoch')).toEqual({
    x: [0, 5],
    y: [NaN, NaN],
    lines: [],
  })
})
