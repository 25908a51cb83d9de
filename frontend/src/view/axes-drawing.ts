import { MARGIN, type PlotArea } from '../model/axes'
import type { Interval } from '../model/extent'
import type { Palette } from '../model/palette'

export const CHART_FONT = '11px Roboto, "Helvetica Neue", Arial, sans-serif'

/** Grid lines, tick labels and axis titles of a Trends chart. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  palette: Palette,
  titles: { readonly x: string; readonly y: string },
): void {
  context.font = CHART_FONT
  context.lineWidth = 1
  context.strokeStyle = palette.grid
  context.beginPath()
  for (const { at } of area.yTicks) {
    const y = crisp(area.y(at))
    context.moveTo(area.left, y)
    context.lineTo(area.right, y)
  }
  for (const { at } of area.xTicks) {
    const x = crisp(area.x(at))
    context.moveTo(x, area.bottom)
    context.lineTo(x, area.bottom + 4)
  }
  context.stroke()
  context.strokeStyle = palette.border
  context.beginPath()
  context.moveTo(area.left, crisp(area.bottom))
  context.lineTo(area.right, crisp(area.bottom))
  context.stroke()

  context.fillStyle = palette.muted
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const { at, label } of area.yTicks) context.fillText(label, area.left - 6, area.y(at))
  context.textAlign = 'center'
  for (const { at, label } of area.xTicks) {
    const furthest = area.right + MARGIN.right - context.measureText(label).width / 2
    context.fillText(label, Math.min(area.x(at), furthest), area.bottom + 12)
  }
  context.textAlign = 'left'
  context.fillText(titles.y, 0, 8)
  context.textAlign = 'right'
  context.fillText(titles.x, area.right, area.bottom + 28)
}

/** A range of values with dashed ends, across the chart; one value is a line. */
export function drawRange(
  context: CanvasRenderingContext2D,
  [low, high]: Interval,
  { left, right, y }: PlotArea,
  palette: Palette,
): void {
  const [top, bottom] = [crisp(y(high)), crisp(y(low))]
  context.save()
  context.fillStyle = context.strokeStyle = palette.text
  context.globalAlpha = 0.08
  context.fillRect(left, top, right - left, bottom - top)
  context.globalAlpha = 1
  context.setLineDash([5, 3])
  context.beginPath()
  for (const at of new Set([top, bottom])) {
    context.moveTo(left, at)
    context.lineTo(right, at)
  }
  context.stroke()
  context.restore()
}

/** A line of one pixel is sharp only in the middle of a pixel. */
export function crisp(position: number): number {
  return Math.round(position) + 0.5
}
