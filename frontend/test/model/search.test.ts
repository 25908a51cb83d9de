import { expect, it } from 'vitest'

import { nearestIndex } from '../../src/model/search'

it('finds the nearest element, the earlier one of two', () => {
  const values = [0, 10, 20]
  expect([-5, 4, 5, 6, 14, 99].map((x) => nearestIndex(values, x))).toEqual([0, 0, 0, 1, 1, 2])
  expect(nearestIndex([7], 100)).toBe(0)
  expect(nearestIndex([], 1)).toBe(0)
})
