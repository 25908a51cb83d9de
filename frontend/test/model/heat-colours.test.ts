import { describe, expect, it } from 'vitest'

import { colourScale, heatColour, inkOn, luminance } from '../../src/model/heat-colours'

const SHARES = Array.from({ length: 101 }, (_, i) => i / 100)

describe('colourScale', () => {
  it('places ratios evenly to both sides of 1, on a log scale', () => {
    const scale = colourScale('retention', [0.6, 1.2])
    expect(scale.kind).toBe('diverging')
    expect(scale.places).toEqual([0.5, 1, 2])
    expect([0.5, 1, 2].map(scale.share)).toEqual([0, 0.5, 1])
    expect(scale.share(Math.SQRT2)).toBeCloseTo(0.75)
  })

  it('gives what is beyond the ends their colour, and says so', () => {
    const scale = colourScale('ratio', [0, 0.9, NaN])
    expect(scale.places).toEqual([0.1, 1, 10])
    expect(scale.beyond).toEqual([true, false])
    expect(scale.share(0)).toBe(0)
  })

  it('places distances evenly to both sides of 0', () => {
    const scale = colourScale('distance', [-0.3, 0.1])
    expect(scale.places).toEqual([-0.5, 0, 0.5])
    expect([-0.25, 0, 0.5].map(scale.share)).toEqual([0.25, 0.5, 1])
  })

  it('runs from the least to the greatest norm, on a log scale if they differ much', () => {
    expect(colourScale('mean', [1, 3]).places).toEqual([1, 2, 3])
    const wide = colourScale('mean', [0.01, 0.1, 1])
    expect(wide.places).toEqual([0.01, 0.1, 1])
    expect(wide.share(0.1)).toBeCloseTo(0.5)
  })

  it.each([1e6, 1e-6])('is not ruled by the value %d among others around 1', (extreme) => {
    const values = [1, 1.5, 2, extreme]
    const [low, , high] = colourScale('mean', values).places
    expect(high / low).toBeLessThan(100)
    const { beyond } = colourScale('mean', values)
    expect(beyond).toEqual([extreme < 1, extreme > 1])
  })

  it('leaves out the ends of many values', () => {
    const values = Array.from({ length: 101 }, (_, i) => 1 + i / 100)
    expect(colourScale('max', values).places).toEqual([1.02, 1.5, 1.98])
  })

  it('has a place for a single value, and stands without any', () => {
    expect(colourScale('mean', [2]).share(2)).toBe(0.5)
    expect(colourScale('mean', []).places).toEqual([0, 0, 0])
    expect(colourScale('ratio', []).places).toEqual([1 / 1.1, 1, 1.1])
  })
})

describe.each(['light', 'dark'] as const)('colours in the %s theme', (theme) => {
  it('have an ink with a contrast of 4.5 at least', () => {
    for (const kind of ['diverging', 'sequential'] as const) {
      for (const share of SHARES) {
        const colour = heatColour(kind, share, theme)
        const [a, b] = [luminance(colour), luminance(inkOn(colour))]
        expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  it('are told apart by lightness alone, from the neutral one outwards', () => {
    const away = theme === 'light' ? -1 : 1
    const light = (kind: 'diverging' | 'sequential', share: number) =>
      away * luminance(heatColour(kind, share, theme))
    for (const share of SHARES.slice(1)) {
      expect(light('sequential', share)).toBeGreaterThan(light('sequential', share - 0.01))
      const [out, inner] = [0.5 + share / 2, 0.5 + (share - 0.01) / 2]
      expect(light('diverging', out)).toBeGreaterThan(light('diverging', inner))
      expect(light('diverging', 1 - out)).toBeGreaterThan(light('diverging', 1 - inner))
    }
  })
})
