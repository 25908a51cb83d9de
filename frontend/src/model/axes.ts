import { format } from 'd3-format'
import { scaleLinear, type ScaleLinear } from 'd3-scale'

import type { Interval } from './extent'

export interface Tick {
  readonly at: number
  readonly label: string
}

/** A chart's inner rectangle in CSS pixels, its scales and its ticks. */
export interface PlotArea {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly x: ScaleLinear<number, number>
  readonly y: ScaleLinear<number, number>
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
}

export type MeasureText = (text: string) => number

const MARGIN = { top: 22, right: 16, bottom: 36, tick: 8, left: 6 }
const TICK_GAP = { x: 64, y: 34 }
const short = format('.3~s')
const scientific = format('.1e')

/** Lays out a Trends chart; the left margin follows the widest tick label. */
export function plotArea(
  xRange: Interval,
  yRange: Interval,
  width: number,
  height: number,
  measure: MeasureText,
): PlotArea {
  const top = MARGIN.top
  const bottom = height - MARGIN.bottom
  const nY = Math.max(2, Math.floor((bottom - top) / TICK_GAP.y))
  const y = scaleLinear(yRange, [bottom, top])
  const yTicks = valueTicks(y, nY)
  const left =
    MARGIN.left + MARGIN.tick + Math.max(...yTicks.map((tick) => Math.ceil(measure(tick.label))))
  const right = width - MARGIN.right
  const x = placeScale(xRange, [left, right])
  const nX = Math.max(2, Math.floor((right - left) / TICK_GAP.x))
  return { left, right, top, bottom, x, y, xTicks: placeTicks(xRange, x, nX), yTicks }
}

/** The scale of places in training; a single one sits in the middle. */
function placeScale([low, high]: Interval, pixels: Interval): ScaleLinear<number, number> {
  return low === high
    ? scaleLinear([low - 1, high + 1], [...pixels])
    : scaleLinear([low, high], [...pixels])
}

function placeTicks(
  [low, high]: Interval,
  scale: ScaleLinear<number, number>,
  n: number,
): readonly Tick[] {
  const places = low === high ? [low] : scale.ticks(n)
  return places.map((at) => ({ at, label: at < 1000 ? String(+at.toPrecision(6)) : short(at) }))
}

/** About `n` ticks of a scale of norms, labelled as short as they can be told apart. */
export function valueTicks(scale: ScaleLinear<number, number>, n: number): readonly Tick[] {
  const places = scale.ticks(n)
  const largest = Math.max(...scale.domain().map(Math.abs))
  const label = largest < 1e-3 || largest >= 1e5 ? scientific : scale.tickFormat(n)
  return places.map((at) => ({ at, label: at === 0 ? '0' : label(at) }))
}
