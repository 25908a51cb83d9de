import { describe, expect, it } from 'vitest'

import { memory } from '../../src/model/memory'

describe('memory', () => {
  const values = Float32Array.of(1, 2)
  const along = Float64Array.of(0, 1)

  it.each([
    ['the same', { x: 4, y: 1 }],
    ['up to half as fine', { x: 8, y: 2 }],
  ])('keeps what is asked again as finely: %s', (_, tolerance) => {
    const recall = memory<string>()
    recall(values, [along], { x: 4, y: 1 }, () => 'known')
    expect(recall(values, [along], tolerance, () => 'new')).toBe('known')
  })

  it.each([
    ['another array', Float32Array.of(1, 2), [along], { x: 4, y: 1 }],
    ['with something else', values, [Float64Array.of(0, 1)], { x: 4, y: 1 }],
    ['finer along', values, [along], { x: 3.9, y: 1 }],
    ['finer in height', values, [along], { x: 4, y: 0.9 }],
    ['much coarser', values, [along], { x: 4, y: 2.1 }],
  ])('finds anew what is asked of %s', (_, of, inputs, tolerance) => {
    const recall = memory<string>()
    recall(values, [along], { x: 4, y: 1 }, () => 'known')
    expect(recall(of, inputs, tolerance, () => 'new')).toBe('new')
  })
})
