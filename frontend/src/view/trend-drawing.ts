import { plotArea, type PlotArea } from '../model/axes'
import { AXIS_TITLES } from '../model/format'
import type { Palette } from '../model/palette'
import { at } from '../model/polyline'
import type { RunStyle } from '../model/run-style'
import { valueTitle } from '../model/trend-words'
import { firstBroken, type TrendChart, type TrendCurve } from '../model/trends'
import { CHART_FONT, drawAxes, drawRange } from './axes-drawing'
import { COARSE, CROWD, drawBand, drawCross, drawLine, FINE } from './curve-drawing'

export const MEAN_WIDTH = 2
export const MAX_WIDTH = 1
const CROWD_MEAN_WIDTH = 1
export const MAX_OPACITY = 0.65
export const RAW_OPACITY = 0.35
const CROSS = 4
const OVERHANG = 4

/** Lays the chart out with the fonts of its canvas. */
export function trendArea(
  context: CanvasRenderingContext2D,
  chart: TrendChart,
  width: number,
  height: number,
): PlotArea {
  context.font = CHART_FONT
  const measure = (text: string) => context.measureText(text).width
  return plotArea(chart.axis, chart.x, chart.y, chart.yKind, width, height, measure)
}

/** Draws axes, reference, and for every curve its band and lines, and where it broke. */
export function drawTrends(
  context: CanvasRenderingContext2D,
  chart: TrendChart,
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
): void {
  const { axis, curves, reference, statistic, relation } = chart
  const isCrowd = curves.length > CROWD
  drawAxes(context, plot, palette, { x: AXIS_TITLES[axis], y: valueTitle(statistic, relation) })
  if (reference !== null) drawRange(context, reference, plot, palette)
  context.save()
  clipToPlot(context, chart, plot)
  context.globalAlpha = bandOpacity(chart)
  const plane = { ...plot, fineness: isCrowd ? COARSE : FINE }
  for (const { curve, x, low, high } of curves) {
    if (low.length === 0) continue
    context.fillStyle = context.strokeStyle = styles.get(curve.id)?.colour ?? ''
    drawBand(context, { along: x, low, high }, plane)
  }
  const lines = (name: 'raw' | 'max' | 'main', width: number, opacity: number) => {
    context.globalAlpha = opacity
    for (const { curve, x, [name]: values } of curves) {
      drawLine(context, x, values, plane, styles.get(curve.id), width)
    }
  }
  lines('raw', MAX_WIDTH, RAW_OPACITY)
  lines('max', MAX_WIDTH, MAX_OPACITY)
  lines('main', isCrowd ? CROWD_MEAN_WIDTH : MEAN_WIDTH, 1)
  for (const curve of curves) drawBreak(context, curve, plot, styles.get(curve.curve.id))
  context.restore()
}

/** What follows is drawn within the chart; at the ends of training it may look over the sides. */
export function clipToPlot(
  context: CanvasRenderingContext2D,
  { x, whole }: TrendChart,
  plot: PlotArea,
): void {
  const overhang = x === whole ? OVERHANG : 0
  context.beginPath()
  context.rect(plot.left - overhang, 0, plot.right - plot.left + 2 * overhang, plot.bottom)
  context.clip()
}

/** Bands of many runs lie on each other: each gets the fainter, the more there are. */
function bandOpacity({ curves }: TrendChart): number {
  return Math.min(0.18, Math.max(0.03, 0.7 / curves.length))
}

/** A cross where values stop being finite, at the last height that is known. */
function drawBreak(
  context: CanvasRenderingContext2D,
  curve: TrendCurve,
  plot: PlotArea,
  style: RunStyle | undefined,
): void {
  const index = firstBroken(curve)
  if (index < 0 || style === undefined) return
  const known = curve.main.subarray(0, index + 1).findLast(Number.isFinite)
  const x = plot.x(at(curve.x, index))
  const y = known === undefined ? plot.bottom - 2 * CROSS : plot.y(known)
  context.strokeStyle = style.colour
  context.lineWidth = 2
  drawCross(context, x, y, CROSS)
}
