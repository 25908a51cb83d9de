import { describe, expect, it } from 'vitest'

import { at, outlines, stretches, thinned, type Stretch } from '../../src/model/polyline'

const numbers = (...values: number[]) => Float32Array.from(values)
const indices = (n: number) => Float64Array.from({ length: n }, (_, i) => i)
const wide = (...values: number[]) => Float64Array.from(values)
const places = (found: readonly Stretch[]) => found.map(({ x }) => x)

describe('stretches', () => {
  it('go straight past points that lie on the way', () => {
    const found = stretches(indices(5), numbers(0, 1, 2, 3, 4), 'linear', 0.25)
    expect(found).toEqual([{ x: [0, 4], y: [0, 4] }])
  })

  it('are straight where a log scale makes them so', () => {
    const [stretch, ...others] = stretches(indices(5), numbers(1, 2, 4, 8, 16), 'log', 1e-3)
    expect(others).toEqual([])
    expect(stretch?.x).toEqual([0, 4])
    expect(stretch?.y[0]).toBe(0)
    expect(stretch?.y[1]).toBeCloseTo(4 * Math.LN2, 6)
  })

  it('turn at a spike, however narrow', () => {
    const found = stretches(indices(6), numbers(5, 5, 5, 90, 5, 5), 'linear', 0.25)
    expect(found).toEqual([{ x: [0, 2, 3, 4, 5], y: [5, 5, 90, 5, 5] }])
  })

  it('pass what is smaller than the tolerance', () => {
    expect(places(stretches(indices(6), numbers(5, 5, 5, 90, 5, 5), 'linear', 100))).toEqual([
      [0, 5],
    ])
  })

  it('end at gaps', () => {
    const values = numbers(NaN, 1, 1, 1, -Infinity, 3, NaN, NaN, 4, 4)
    expect(places(stretches(indices(10), values, 'linear', 0.25))).toEqual([[1, 3], [5], [8, 9]])
  })

  it('end where values have no logarithm', () => {
    expect(places(stretches(indices(4), numbers(1, 0, -1, 2), 'log', 0.25))).toEqual([[0], [3]])
  })

  it('end where points have no place along', () => {
    const found = stretches(numbers(0, NaN, 2), numbers(7, 7, 7), 'linear', 0.25)
    expect(places(found)).toEqual([[0], [2]])
  })

  it('are none of nothing', () => {
    expect(stretches(numbers(), numbers(), 'linear', 0.25)).toEqual([])
  })

  it.each([
    ['above each other', numbers(3, 3, 3, 3, 4), numbers(0, 80, 20, 20, 20)],
    ['backwards', numbers(3, 4, 2, 5, 1), numbers(0, 0, 0, 0, 0)],
  ])('meet points that lie %s', (_, along, values) => {
    const [stretch] = stretches(along, values, 'linear', 0.25)
    const met = stretch?.x.map((x, i) => `${String(x)} ${String(at(stretch.y, i))}`)
    expect(new Set(met)).toEqual(
      new Set([...along].map((x, i) => `${String(x)} ${String(at(values, i))}`)),
    )
  })

  it.each([0.25, 1])('pass all points no further away than %d', (tolerance) => {
    const along = Float64Array.from({ length: 2000 }, (_, i) => i * 0.15)
    const values = along.map((x) => 80 * Math.sin(x / 40) + 0.3 * Math.sin(x * 7))
    const [stretch = { x: [], y: [] }] = stretches(along, values, 'linear', tolerance)
    expect(stretch.x.length).toBeLessThan(1000)
    expect([stretch.x[0], stretch.x.at(-1)]).toEqual([0, along.at(-1)])
    expect(largestDistance(stretch, along, values)).toBeLessThan(tolerance + 0.01)
  })
})

/** The largest vertical distance of any point from the line. */
function largestDistance({ x, y }: Stretch, across: Float64Array, height: Float64Array): number {
  let i = 0
  const distances = [...across].map((place, j) => {
    while (at(x, i + 1) < place) i += 1
    const slope = (at(y, i + 1) - at(y, i)) / (at(x, i + 1) - at(x, i))
    return Math.abs(at(y, i) + slope * (place - at(x, i)) - at(height, j))
  })
  return Math.max(...distances)
}

describe('outlines', () => {
  it('go there along the upper end and back along the lower one', () => {
    const band = { along: wide(0, 1, 2), low: numbers(1, 1, 1), high: numbers(2, 5, 2) }
    expect(outlines(band, 'linear', 0, { x: 0, y: 0.25 })).toEqual([
      { x: [0, 1, 2, 2, 0], y: [2, 5, 2, 1, 1] },
    ])
  })

  it('end at gaps, and are two points at a lone place', () => {
    const band = { along: wide(0, 1, 2), low: numbers(1, NaN, -3), high: numbers(2, 5, 4) }
    expect(outlines(band, 'linear', 0, { x: 0, y: 0.25 })).toEqual([
      { x: [0, 0], y: [2, 1] },
      { x: [2, 2], y: [4, 0] },
    ])
  })

  it('begin a log scale where the axis does', () => {
    const band = { along: wide(0), low: numbers(0), high: numbers(1) }
    const [{ y } = { y: [] }] = outlines(band, 'log', 0.125, { x: 0, y: 0.25 })
    expect(y).toEqual([0, Math.fround(Math.log(0.125))])
  })
})

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
