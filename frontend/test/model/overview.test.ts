import { expect, it } from 'vitest'

import { renewed } from '../../src/model/overview'
import { kernel, overview, run } from '../samples'

it('keeps the objects of what has not changed', () => {
  const before = overview([run('a'), run('b')])
  const next = { ...overview([run('a'), run('b', { last_step: 1001 })]), kernels: [kernel()] }
  const result = renewed(before, next)
  expect(result.runs[0]).toBe(before.runs[0])
  expect(result.runs[1]).toBe(next.runs[1])
  expect(result.kernels).toBe(before.kernels)
})

it('follows what came and went', () => {
  const before = overview([run('a'), run('b')])
  expect(renewed(before, overview([run('b')])).runs).toEqual([before.runs[1]])
  expect(renewed(before, overview([run('b')])).runs).not.toBe(before.runs)
})
