import { valueTicks, type Tick } from '../model/axes'
import type { DistributionColumn, DistributionPanel, PanelRun } from '../model/distributions'
import type { Interval } from '../model/extent'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import { linearScale, type Scale } from '../model/scale'
import { CHART_FONT, crisp } from './axes-drawing'

const SIDE = 14
const MEAN_HEIGHT = 7

function columnScale(x: Interval, width: number): Scale {
  return linearScale(x, [SIDE, width - SIDE])
}

/** The x axis that all panels of a column share. */
export function drawColumnAxis(
  context: CanvasRenderingContext2D,
  column: DistributionColumn,
  palette: Palette,
  width: number,
): void {
  const scale = columnScale(column.x, width)
  context.font = CHART_FONT
  context.fillStyle = palette.muted
  context.strokeStyle = palette.border
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.beginPath()
  for (const { at, label } of columnTicks(scale, width)) {
    context.moveTo(crisp(scale(at)), 0)
    context.lineTo(crisp(scale(at)), 4)
    context.fillText(label, scale(at), 7)
  }
  context.stroke()
}

/** The runs of one panel as filled steps, and below them a mark at each mean. */
export function drawPanel(
  context: CanvasRenderingContext2D,
  column: DistributionColumn,
  panel: DistributionPanel,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
  width: number,
  height: number,
): void {
  const x = columnScale(column.x, width)
  const y = linearScale([0, panel.top], [height - MEAN_HEIGHT, 4])
  drawGrid(context, x, palette, width, height)
  context.save()
  context.beginPath()
  context.rect(0, 2, width, height)
  context.clip()
  for (const run of panel.runs) drawDensity(context, run, column, x, y, styles, panel)
  context.restore()
  for (const run of panel.runs) {
    context.fillStyle = styles.get(run.run.id)?.colour ?? ''
    drawMean(context, x(run.mean), height)
  }
}

function columnTicks(scale: Scale, width: number): readonly Tick[] {
  return valueTicks(scale, Math.max(3, Math.floor(width / 56)))
}

function drawGrid(
  context: CanvasRenderingContext2D,
  x: Scale,
  palette: Palette,
  width: number,
  height: number,
): void {
  const bottom = height - MEAN_HEIGHT
  context.lineWidth = 1
  context.strokeStyle = palette.grid
  context.beginPath()
  for (const { at } of columnTicks(x, width)) {
    context.moveTo(crisp(x(at)), 4)
    context.lineTo(crisp(x(at)), bottom)
  }
  context.stroke()
  context.strokeStyle = palette.border
  context.beginPath()
  context.moveTo(0, crisp(bottom))
  context.lineTo(width, crisp(bottom))
  context.stroke()
}

function drawDensity(
  context: CanvasRenderingContext2D,
  { run, density }: PanelRun,
  column: DistributionColumn,
  x: Scale,
  y: Scale,
  styles: ReadonlyMap<string, RunStyle>,
  panel: DistributionPanel,
): void {
  const style = styles.get(run.id)
  if (style === undefined) return
  const [low, high] = column.x
  const width = (high - low) / density.length
  const first = density.findIndex((value) => value > 0)
  const last = density.findLastIndex((value) => value > 0)
  context.beginPath()
  context.moveTo(x(low + first * width), y(0))
  for (let i = first; i <= last; i++) {
    const top = y(density[i] ?? 0)
    context.lineTo(x(low + i * width), top)
    context.lineTo(x(low + (i + 1) * width), top)
  }
  context.lineTo(x(low + (last + 1) * width), y(0))
  context.fillStyle = context.strokeStyle = style.colour
  context.globalAlpha = Math.min(0.28, Math.max(0.04, 1 / panel.runs.length))
  context.fill()
  context.globalAlpha = 0.9
  context.lineWidth = 1.25
  context.lineJoin = 'round'
  context.setLineDash([...style.dash])
  context.stroke()
  context.setLineDash([])
  context.globalAlpha = 1
}

function drawMean(context: CanvasRenderingContext2D, x: number, height: number): void {
  if (!Number.isFinite(x)) return
  context.beginPath()
  context.moveTo(x, height - MEAN_HEIGHT + 1)
  context.lineTo(x - 4, height)
  context.lineTo(x + 4, height)
  context.fill()
}
