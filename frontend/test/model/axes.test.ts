import { describe, expect, it } from 'vitest'

import { plotArea, valueTicks } from '../../src/model/axes'
import { linearScale } from '../../src/model/scale'

const measure = (text: string) => text.length * 6

describe('plotArea', () => {
  it.each([
    ['steps', [0, 120_000], [0.7, 1.2]],
    ['epochs', [0, 4.995], [0, 1.6]],
    ['tiny norms', [0, 10], [0, 1.2e-5]],
  ] as const)('keeps labels of %s apart and inside', (_, x, y) => {
    for (const width of [240, 330, 760]) {
      const area = plotArea('step', x, y, 'linear', width, 240, measure)
      const spans = area.xTicks.map(({ at, label }) => {
        const half = measure(label) / 2
        return [area.x(at) - half, area.x(at) + half] as const
      })
      expect(spans.length).toBeGreaterThanOrEqual(2)
      spans.forEach(([left, right], i) => {
        expect(left).toBeGreaterThan(spans[i - 1]?.[1] ?? 0)
        expect(right).toBeLessThanOrEqual(width)
      })
      expect(area.yTicks.length).toBeGreaterThanOrEqual(2)
      for (const { label } of area.yTicks) expect(measure(label)).toBeLessThan(area.left)
    }
  })

  it('puts a single frame in the middle, under its own label', () => {
    const area = plotArea('step', [7, 7], [0, 1], 'linear', 300, 200, measure)
    expect(area.x(7)).toBe((area.left + area.right) / 2)
    expect(area.xTicks).toEqual([{ at: 7, label: '7' }])
  })

  it('shortens large steps', () => {
    const { xTicks } = plotArea('step', [0, 100_000], [0, 1], 'linear', 200, 200, measure)
    expect(xTicks.map(({ label }) => label)).toEqual(['0', '50k', '100k'])
  })
})

describe('valueTicks', () => {
  it('labels ticks so that they differ', () => {
    for (const domain of [
      [0.9, 0.9004],
      [1e-7, 3e-7],
      [0, 2e6],
    ] as const) {
      const labels = valueTicks(linearScale(domain, [0, 100]), 4).map(({ label }) => label)
      expect(new Set(labels).size).toBe(labels.length)
    }
  })
})
