import { valueTicks, type MeasureText, type PlotArea, type Tick } from './axes'
import { formatBrief } from './format'
import { logScale } from './scale'
import type { SweepChart } from './sweep'

const MARGIN = { top: 22, right: 16, bottom: 36, left: 14 }
const TICK_GAP = { x: 8, y: 34 }
const WITHOUT_WIDTH = 52

/** A Sweep chart's place for runs with decay, and left of it that for runs without. */
export interface SweepArea extends PlotArea {
  /** The middle of the place for runs without decay; NaN if there are none. */
  readonly without: number
  /** Where a decay is, 0 too. */
  readonly place: (decay: number) => number
}

/** Lays out a Sweep chart; the left margin follows the widest tick label. */
export function sweepArea(
  chart: SweepChart,
  width: number,
  height: number,
  measure: MeasureText,
): SweepArea {
  const { top } = MARGIN
  const bottom = height - MARGIN.bottom
  const y = logScale(chart.y, [bottom, top])
  const yTicks = valueTicks(y, Math.max(2, Math.floor((bottom - top) / TICK_GAP.y)))
  const labels = yTicks.map(({ label }) => Math.ceil(measure(label)))
  const edge = MARGIN.left + Math.max(0, ...labels)
  const hasWithout = chart.knots.some(({ decay }) => decay === 0)
  const left = edge + (hasWithout ? WITHOUT_WIDTH : 0)
  const without = hasWithout ? edge + WITHOUT_WIDTH / 2 : NaN
  const right = Math.max(left + 1, width - MARGIN.right)
  const x = logScale(chart.x, [left, right])
  const decays = chart.knots.map(({ decay }) => decay).filter((decay) => decay > 0)
  const xTicks = apart(
    decays.map((at) => ({ at, label: formatBrief(at) })),
    ({ at, label }) => [x(at) - measure(label) / 2, x(at) + measure(label) / 2],
  )
  const place = (decay: number) => (decay > 0 ? x(decay) : without)
  return { left: edge, right, top, bottom, x, y, xTicks, yTicks, without, place }
}

/** The first and the last tick, and those between whose labels have room. */
function apart(
  ticks: readonly Tick[],
  spanOf: (tick: Tick) => readonly [number, number],
): readonly Tick[] {
  const kept: Tick[] = []
  for (const tick of [ticks.slice(0, 1), ticks.slice(-1), ticks.slice(1, -1)].flat()) {
    const [left, right] = spanOf(tick)
    const free = kept.every((other) => {
      const [start, end] = spanOf(other)
      return right + TICK_GAP.x <= start || end + TICK_GAP.x <= left
    })
    if (free) kept.push(tick)
  }
  return kept.toSorted((a, b) => a.at - b.at)
}

/** Index of the knot whose place is nearest to a pixel; −1 without any. */
export function knotAt({ knots }: SweepChart, { place }: SweepArea, pixel: number): number {
  const distances = knots.map(({ decay }) => Math.abs(place(decay) - pixel))
  return distances.indexOf(Math.min(...distances))
}
