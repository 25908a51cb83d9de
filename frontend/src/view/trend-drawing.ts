import { area, line } from 'd3-shape'

import { plotArea, type PlotArea } from '../model/axes'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { TrendChart, TrendRun } from '../model/trends'
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
  return plotArea(chart.x, chart.y, width, height, (text) => context.measureText(text).width)
}

/** Draws axes, target, and for every run its band, its max line and its mean line. */
export function drawTrends(
  context: CanvasRenderingContext2D,
  chart: TrendChart,
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
): void {
  drawAxes(context, plot, palette, { x: chart.axis, y: 'channel norm' })
  drawTarget(context, chart, plot, palette)
  context.save()
  context.beginPath()
  context.rect(plot.left, 0, plot.right - plot.left + 4, plot.bottom)
  context.clip()
  for (const run of chart.runs) drawBand(context, run, plot, styles, bandOpacity(chart))
  for (const run of chart.runs) {
    context.globalAlpha = MAX_OPACITY
    drawLine(context, run, run.max, plot, styles.get(run.run.id), MAX_WIDTH)
  }
  context.globalAlpha = 1
  const meanWidth = chart.runs.length > CROWD ? CROWD_MEAN_WIDTH : MEAN_WIDTH
  for (const run of chart.runs) {
    drawLine(context, run, run.mean, plot, styles.get(run.run.id), meanWidth)
  }
  context.restore()
}

/** Bands of many runs lie on each other: each gets the fainter, the more there are. */
function bandOpacity(chart: TrendChart): number {
  return Math.min(0.18, Math.max(0.03, 0.7 / chart.runs.length))
}

function drawTarget(
  context: CanvasRenderingContext2D,
  { kernel: { target } }: TrendChart,
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
  { x, low, high, run }: TrendRun,
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  opacity: number,
): void {
  context.fillStyle = styles.get(run.id)?.colour ?? ''
  context.globalAlpha = opacity
  const defined = (i: number) => Number.isFinite(at(low, i) + at(high, i) + at(x, i))
  context.beginPath()
  area<number>()
    .defined((_, i) => defined(i))
    .x((_, i) => plot.x(at(x, i)))
    .y0((value) => plot.y(value))
    .y1((_, i) => plot.y(at(high, i)))
    .context(context)(low)
  context.fill()
  for (const i of lonePoints(low.length, defined)) {
    const top = plot.y(at(high, i))
    const left = plot.x(at(x, i)) - LONE_BAND_WIDTH / 2
    context.fillRect(left, top, LONE_BAND_WIDTH, plot.y(at(low, i)) - top)
  }
}

function drawLine(
  context: CanvasRenderingContext2D,
  { x }: TrendRun,
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
  line<number>()
    .defined((_, i) => defined(i))
    .x((_, i) => plot.x(at(x, i)))
    .y((value) => plot.y(value))
    .context(context)(values)
  context.stroke()
  context.setLineDash([])
  for (const i of lonePoints(values.length, defined)) {
    context.beginPath()
    context.arc(plot.x(at(x, i)), plot.y(at(values, i)), 1.5 + width, 0, 2 * Math.PI)
    context.fill()
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
