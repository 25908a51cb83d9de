import { describe, expect, it } from 'vitest'

import { at, stretches, thinned, type Stretch } from '../../src/model/polyline'

const places = (...values: number[]) => Float64Array.from(values)
const indices = (n: number) => Float64Array.from({ length: n }, (_, i) => i)

describe('stretches', () => {
  it('go straight past points that lie on the way', () => {
    expect(stretches(indices(5), places(0, 1, 2, 3, 4))).toEqual([[0, 4]])
  })

  it('turn at a spike, however narrow', () => {
    expect(stretches(indices(6), places(5, 5, 5, 90, 5, 5))).toEqual([[0, 2, 3, 4, 5]])
  })

  it('end at gaps', () => {
    const height = places(NaN, 1, 1, 1, -Infinity, 3, NaN, NaN, 4, 4)
    expect(stretches(indices(10), height)).toEqual([[1, 3], [5], [8, 9]])
  })

  it('end where points have no place across', () => {
    expect(stretches(places(0, NaN, 2), places(7, 7, 7))).toEqual([[0], [2]])
  })

  it('are none of nothing', () => {
    expect(stretches(places(), places())).toEqual([])
  })

  it.each([
    ['above each other', places(3, 3, 3, 3, 4), places(0, 80, 20, 20, 20)],
    ['backwards', places(3, 4, 2, 5, 1), places(0, 0, 0, 0, 0)],
  ])('meet points that lie %s', (_, across, height) => {
    const [stretch] = stretches(across, height)
    expect(new Set(stretch)).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('pass all points closer than can be seen', () => {
    const across = Float64Array.from({ length: 2000 }, (_, i) => i * 0.15)
    const height = across.map((x) => 80 * Math.sin(x / 40) + 0.3 * Math.sin(x * 7))
    const [stretch = [0]] = stretches(across, height)
    expect(stretch.length).toBeLessThan(1000)
    expect([stretch[0], stretch.at(-1)]).toEqual([0, 1999])
    expect(largestDistance(stretch, across, height)).toBeLessThan(0.26)
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
    const band = thinned({ across: places(0, 1, 3, 4, 8), low, high }, -Infinity, 4)
    expect(band).toEqual({ across: places(0, 4, 8), low: places(1, 5, 0), high: places(9, 7, 8) })
  })

  it('keeps all points without a spacing', () => {
    const band = { across: places(0, 0, 1), low: places(1, 2, 3), high: places(4, 5, 6) }
    expect(thinned(band, 0, 0)).toEqual(band)
  })

  it('ends where the axis does', () => {
    const band = { across: places(0, 9), low: places(-1, 2), high: places(4, 1) }
    expect(thinned(band, 2, 4)).toEqual({ ...band, low: places(2, 2), high: places(4, 2) })
  })

  it('has gaps where an end has no place', () => {
    const band = { across: indices(4), low: places(1, NaN, 2, 1), high: places(2, 2, 3, Infinity) }
    expect(thinned(band, 0, 10)).toEqual({ ...band, across: places(0, NaN, 2, NaN) })
  })
})
