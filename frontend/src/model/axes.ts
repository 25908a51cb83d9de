import type { Axis } from './controls'
import type { Interval } from './extent'
import { formatPlace, formatShort, minus } from './format'
import {
  linearScale,
  logScale,
  multiples,
  niceStep,
  ticks,
  type Scale,
  type ScaleKind,
} from './scale'

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
  readonly x: Scale
  readonly y: Scale
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
}

export type MeasureText = (text: string) => number

export const MARGIN = { top: 22, right: 16, bottom: 36, tick: 8, left: 6 }
const TICK_GAP = { x: 64, y: 34, wall: 84 }
const MAX_TICKS = 12

/** Lays out a chart along training; the left margin follows the widest tick label. */
export function plotArea(
  axis: Axis,
  xRange: Interval,
  yRange: Interval,
  yKind: ScaleKind,
  width: number,
  height: number,
  measure: MeasureText,
): PlotArea {
  const top = MARGIN.top
  const bottom = height - MARGIN.bottom
  const nY = Math.min(MAX_TICKS, Math.max(2, Math.floor((bottom - top) / TICK_GAP.y)))
  const y = (yKind === 'log' ? logScale : linearScale)(yRange, [bottom, top])
  const yTicks = valueTicks(y, nY)
  const left =
    MARGIN.left + MARGIN.tick + Math.max(0, ...yTicks.map(({ label }) => Math.ceil(measure(label))))
  const right = Math.max(left + 1, width - MARGIN.right)
  const x = linearScale(xRange, [left, right])
  const gap = axis === 'wall' ? TICK_GAP.wall : TICK_GAP.x
  const xTicks = placeTicks(axis, x, Math.max(2, Math.floor((right - left) / gap)))
  return { left, right, top, bottom, x, y, xTicks, yTicks }
}

/** About `n` ticks of an axis along training; a single place is its own tick. */
export function placeTicks(axis: Axis, scale: Scale, n: number): readonly Tick[] {
  const { domain } = scale
  if (domain[0] === domain[1]) return [{ at: domain[0], label: formatPlace(axis, domain[0]) }]
  if (axis === 'relative' || axis === 'wall') return timeTicks(axis, domain, n)
  return ticks(scale, n).map((at) => ({ at, label: formatShort(Number(at.toPrecision(6))) }))
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
]

/** Ticks at round durations, or at round local times. */
function timeTicks(axis: 'relative' | 'wall', [low, high]: Interval, n: number): readonly Tick[] {
  const rough = (high - low) / n
  const step =
    rough < 1 ? niceStep(high - low, n) : (TIME_STEPS.find((s) => s >= rough) ?? 365 * DAY)
  const shift = axis === 'wall' ? new Date(low * 1000).getTimezoneOffset() * MINUTE : 0
  return multiples([low - shift, high - shift], step).map((local) => {
    const at = local + shift
    return { at, label: axis === 'wall' ? clock(at, step) : formatPlace(axis, at) }
  })
}

function clock(at: number, step: number): string {
  const date = new Date(at * 1000)
  const day = date.toLocaleDateString('en', { month: 'short', day: 'numeric' })
  if (step >= DAY) return day
  const time = date.toLocaleTimeString('en', {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < MINUTE && { second: '2-digit' }),
    hour12: false,
  })
  return time === '00:00' ? day : time
}

/** About `n` ticks of a scale of norms, labelled as short as they can be told apart. */
export function valueTicks(scale: Scale, n: number): readonly Tick[] {
  const places = ticks(scale, n)
  const largest = Math.max(...scale.domain.map(Math.abs))
  if (scale.kind === 'log') return places.map((at) => ({ at, label: logLabel(at) }))
  const [first = 0, second = first] = places
  const step = Math.abs(second - first)
  // As many decimals as the step has.
  const decimals = step > 0 ? Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) : 2
  const exponent = Math.floor(Math.log10(largest))
  const label =
    largest < 1e-3 || largest >= 1e5
      ? (at: number) => at.toExponential(Math.max(0, Math.min(20, decimals + exponent)))
      : (at: number) => at.toFixed(Math.min(20, decimals))
  return places.map((at) => ({ at, label: at === 0 ? '0' : minus(label(at)) }))
}

function logLabel(at: number): string {
  const size = Math.abs(at)
  return size >= 1e-3 && size < 1e4 ? String(Number(at.toPrecision(3))) : at.toExponential(0)
}
