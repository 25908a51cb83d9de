import { describe, expect, it } from 'vitest'

import { rampColour, rampPosition, runStyles } from '../../src/model/run-style'
import { run } from '../samples'

/** Red, green and blue of `#rrggbb`, 0 … 255. */
function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = NaN, green = NaN, blue = NaN] = channels(colour).map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [dark = NaN, light = NaN] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const POSITIONS = Array.from({ length: 21 }, (_, i) => i / 20)

describe('rampPosition', () => {
  it('is logarithmic between the smallest and the largest decay', () => {
    const decays = [0, 2e-4, 2e-3, 2e-2]
    expect(decays.slice(1).map((decay) => rampPosition(decay, decays))).toEqual([
      0,
      expect.closeTo(0.5, 10),
      1,
    ])
  })

  it('is the middle for a single decay', () => {
    expect(rampPosition(0.1, [0, 0.1, 0.1])).toBe(0.5)
  })
})

describe.each([
  ['light', '#ffffff'],
  ['dark', '#383838'],
] as const)('the %s ramp', (theme, background) => {
  const colours = POSITIONS.map((position) => rampColour(position, theme))

  it('gets lighter all the way, so that its order survives without hue', () => {
    const light = colours.map(luminance)
    expect(light).toEqual(light.toSorted((a, b) => a - b))
  })

  it('stands out from the background', () => {
    for (const colour of [...colours, runStyles([run('none')], theme).get('id of none')?.colour]) {
      expect(contrast(colour ?? '', background)).toBeGreaterThan(3)
    }
  })
})

describe('runStyles', () => {
  const runs = [run('none'), run('a', { decay: 1e-3 }), run('b', { decay: 1e-3 })]

  it('draws no decay in grey', () => {
    const { colour = '' } = runStyles(runs, 'light').get('id of none') ?? {}
    expect(new Set(channels(colour)).size).toBe(1)
  })

  it('tells runs of one decay apart by dashes', () => {
    const [, a, b] = [...runStyles(runs, 'light').values()]
    expect(a?.colour).toBe(b?.colour)
    expect(a?.dash).toEqual([])
    expect(b?.dash).toEqual([7, 3])
  })
})
