import { plotArea, type PlotArea } from '../model/axes'
import { AXIS_TITLES } from '../model/format'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { TrendChart, TrendCurve } from '../model/trends'
import { CHART_FONT, crisp, drawAxes } from './axes-drawing'

export const MEAN_WIDTH = 2
export const MAX_WIDTH = 1
const LONE_BAND_WIDTH = 8
const CROWD = 12
const CROWD_MEAN_WIDTH = 1.25
export const MAX_OPACITY = 0.65

/** Lays the chart out with the fonts of its canvas. */
export function trendArea(
  context: CanvasRenderingContext2D,
  chart: TrendChart,
  width: number,
  height: number,
): PlotArea {
  context.font = CHART_FONT
  const measure = (text: string) => context.measureText(text).width
  return plotArea(chart.axis, chart.x, chart.y, 'linear', width, height, measure)
}

/** Draws axes, target, and for every run its band, its max line and its mean line. */
export function drawTrends(
  context: CanvasRenderingContext2D,
  chart: TrendChart,
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
): void {
  drawAxes(context, plot, palette, { x: AXIS_TITLES[chart.axis], y: 'channel norm' })
  drawTarget(context, chart, plot, palette)
  context.save()
  context.beginPath()
  context.rect(plot.left, 0, plot.right - plot.left + 4, plot.bottom)
  context.clip()
  for (const curve of chart.curves) drawBand(context, curve, plot, styles, bandOpacity(chart))
  context.globalAlpha = MAX_OPACITY
  for (const { curve, x, max } of chart.curves) {
    drawLine(context, x, max, plot, styles.get(curve.id), MAX_WIDTH)
  }
  context.globalAlpha = 1
  const mainWidth = chart.curves.length > CROWD ? CROWD_MEAN_WIDTH : MEAN_WIDTH
  for (const { curve, x, main } of chart.curves) {
    drawLine(context, x, main, plot, styles.get(curve.id), mainWidth)
  }
  context.restore()
}

/** Bands of many runs lie on each other: each gets the fainter, the more there are. */
function bandOpacity(chart: TrendChart): number {
  return Math.min(0.18, Math.max(0.03, 0.7 / chart.curves.length))
}

function drawTarget(
  context: CanvasRenderingContext2D,
  { row: { target } }: TrendChart,
  plot: PlotArea,
  palette: Palette,
): void {
  if (target === null) return
  const [low, high] = target
  const top = crisp(plot.y(high))
  const bottom = crisp(plot.y(low))
  context.save()
  context.fillStyle = context.strokeStyle = palette.text
  context.globalAlpha = 0.08
  context.fillRect(plot.left, top, plot.right - plot.left, bottom - top)
  context.globalAlpha = 1
  context.setLineDash([5, 3])
  context.beginPath()
  for (const y of new Set([top, bottom])) {
    context.moveTo(plot.left, y)
    context.lineTo(plot.right, y)
  }
  context.stroke()
  context.restore()
}

function drawBand(
  context: CanvasRenderingContext2D,
  { x, low, high, curve }: TrendCurve,
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  opacity: number,
): void {
  context.fillStyle = styles.get(curve.id)?.colour ?? ''
  context.globalAlpha = opacity
  const defined = (i: number) => Number.isFinite(at(low, i) + at(high, i) + at(x, i))
  context.beginPath()
  for (const [first, end] of stretches(low.length, defined)) {
    context.moveTo(plot.x(at(x, first)), plot.y(at(high, first)))
    for (let i = first + 1; i < end; i++) context.lineTo(plot.x(at(x, i)), plot.y(at(high, i)))
    for (let i = end - 1; i >= first; i--) context.lineTo(plot.x(at(x, i)), plot.y(at(low, i)))
    context.closePath()
  }
  context.fill()
  for (const i of lonePoints(low.length, defined)) {
    const top = plot.y(at(high, i))
    const left = plot.x(at(x, i)) - LONE_BAND_WIDTH / 2
    context.fillRect(left, top, LONE_BAND_WIDTH, plot.y(at(low, i)) - top)
  }
}

function drawLine(
  context: CanvasRenderingContext2D,
  x: Float64Array | Float32Array,
  values: Float32Array,
  plot: PlotArea,
  style: RunStyle | undefined,
  width: number,
): void {
  if (style === undefined) return
  const defined = (i: number) => Number.isFinite(at(values, i) + at(x, i))
  context.strokeStyle = context.fillStyle = style.colour
  context.lineWidth = width
  context.lineJoin = 'round'
  context.setLineDash([...style.dash])
  context.beginPath()
  for (const [first, end] of stretches(values.length, defined)) {
    context.moveTo(plot.x(at(x, first)), plot.y(at(values, first)))
    for (let i = first + 1; i < end; i++) context.lineTo(plot.x(at(x, i)), plot.y(at(values, i)))
  }
  context.stroke()
  context.setLineDash([])
  for (const i of lonePoints(values.length, defined)) {
    context.beginPath()
    context.arc(plot.x(at(x, i)), plot.y(at(values, i)), 1.5 + width, 0, 2 * Math.PI)
    context.fill()
  }
}

/** The longest stretches of defined points, as first and end. */
function* stretches(
  n: number,
  defined: (i: number) => boolean,
): Generator<readonly [first: number, end: number]> {
  let first = -1
  for (let i = 0; i <= n; i++) {
    if (i < n && defined(i)) {
      if (first < 0) first = i
    } else if (first >= 0) {
      yield [first, i]
      first = -1
    }
  }
}

/** Points without neighbours, of which lines and areas show nothing. */
function lonePoints(n: number, defined: (i: number) => boolean): readonly number[] {
  const points = Array.from({ length: n }, (_, i) => i)
  return points.filter((i) => defined(i) && !defined(i - 1) && !defined(i + 1))
}

function at(values: Float32Array | Float64Array, i: number): number {
  return values[i] ?? NaN
}
