import { describe, expect, it } from 'vitest'

import { at, stretches, thinned, type Stretch } from '../../src/model/polyline'
import { linearScale, logScale } from '../../src/model/scale'

const numbers = (...values: number[]) => Float32Array.from(values)
const indices = (n: number) => Float64Array.from({ length: n }, (_, i) => i)
const wide = (...values: number[]) => Float64Array.from(values)
const pixels = linearScale([0, 1], [0, 1])

describe('stretches', () => {
  it('go straight past points that lie on the way', () => {
    expect(stretches(indices(5), numbers(0, 1, 2, 3, 4), pixels, 0.25)).toEqual([[0, 4]])
  })

  it('are straight where the scale makes them so', () => {
    const y = logScale([1, 16], [80, 0])
    expect(stretches(indices(5), numbers(1, 2, 4, 8, 16), y, 0.25)).toEqual([[0, 4]])
  })

  it('turn at a spike, however narrow', () => {
    const found = stretches(indices(6), numbers(5, 5, 5, 90, 5, 5), pixels, 0.25)
    expect(found).toEqual([[0, 2, 3, 4, 5]])
  })

  it('pass what the scale makes smaller than the tolerance', () => {
    const values = numbers(5, 5, 5, 90, 5, 5)
    expect(stretches(indices(6), values, linearScale([0, 100], [0, 1]), 1)).toEqual([[0, 5]])
  })

  it('end at gaps', () => {
    const values = numbers(NaN, 1, 1, 1, -Infinity, 3, NaN, NaN, 4, 4)
    expect(stretches(indices(10), values, pixels, 0.25)).toEqual([[1, 3], [5], [8, 9]])
  })

  it('end where values have no logarithm', () => {
    const found = stretches(indices(4), numbers(1, 0, -1, 2), logScale([1, 2], [9, 0]), 0.25)
    expect(found).toEqual([[0], [3]])
  })

  it('end where points have no place along', () => {
    expect(stretches(numbers(0, NaN, 2), numbers(7, 7, 7), pixels, 0.25)).toEqual([[0], [2]])
  })

  it('are none of nothing', () => {
    expect(stretches(numbers(), numbers(), pixels, 0.25)).toEqual([])
  })

  it.each([
    ['above each other', numbers(3, 3, 3, 3, 4), numbers(0, 80, 20, 20, 20)],
    ['backwards', numbers(3, 4, 2, 5, 1), numbers(0, 0, 0, 0, 0)],
  ])('meet points that lie %s', (_, along, values) => {
    const [stretch] = stretches(along, values, pixels, 0.25)
    expect(new Set(stretch)).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it.each([0.25, 1])('pass all points at no more than %d pixels', (tolerance) => {
    const along = Float64Array.from({ length: 2000 }, (_, i) => i * 0.15)
    const values = along.map((x) => 80 * Math.sin(x / 40) + 0.3 * Math.sin(x * 7))
    const [stretch = [0]] = stretches(along, values, pixels, tolerance)
    expect(stretch.length).toBeLessThan(1000)
    expect([stretch[0], stretch.at(-1)]).toEqual([0, 1999])
    expect(largestDistance(stretch, along, values)).toBeLessThan(tolerance + 0.01)
  })
})

/** The largest vertical distance of any point from the line. */
function largestDistance(stretch: Stretch, across: Float64Array, height: Float64Array): number {
  const distances = stretch.slice(1).flatMap((end, i) => {
    const start = stretch[i] ?? NaN
    const slope = (at(height, end) - at(height, start)) / (at(across, end) - at(across, start))
    return Array.from({ length: end - start }, (_, j) => {
      const x = at(across, start + j) - at(across, start)
      return Math.abs(at(height, start) + slope * x - at(height, start + j))
    })
  })
  return Math.max(...distances)
}

describe('thinned', () => {
  it('spans what it leaves out', () => {
    const low = Float32Array.of(3, 1, 4, 5, 0)
    const high = Float32Array.of(4, 6, 9, 7, 8)
    const band = thinned({ along: wide(0, 1, 3, 4, 8), low, high }, -Infinity, 4)
    expect(band).toEqual({ along: wide(0, 4, 8), low: numbers(1, 5, 0), high: numbers(9, 7, 8) })
  })

  it('keeps all points without a spacing', () => {
    const band = { along: wide(0, 0, 1), low: numbers(1, 2, 3), high: numbers(4, 5, 6) }
    expect(thinned(band, 0, 0)).toEqual(band)
  })

  it('ends where the axis does', () => {
    const band = { along: wide(0, 9), low: numbers(-1, 2), high: numbers(4, 1) }
    expect(thinned(band, 2, 4)).toEqual({ ...band, low: numbers(2, 2), high: numbers(4, 2) })
  })

  it('has gaps where an end has no place', () => {
    const band = { along: indices(4), low: numbers(1, NaN, 2, 1), high: numbers(2, 2, 3, Infinity) }
    expect(thinned(band, 0, 10)).toEqual({ ...band, along: wide(0, NaN, 2, NaN) })
  })
})
