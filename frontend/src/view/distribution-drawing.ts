import { valueTicks, type Tick } from '../model/axes'
import { strips, type DistributionColumn, type DistributionPanel } from '../model/distributions'
import type { Interval } from '../model/extent'
import { formatShort } from '../model/format'
import type { Palette } from '../model/palette'
import { linearScale, type Scale } from '../model/scale'
import { CHART_FONT, crisp } from './axes-drawing'
import { drawSpreads, type Look } from './spread-drawing'

const SIDE = 14
const MEAN_HEIGHT = 7
const AXIS_HEIGHT = 20
const TOP = 4
const STRIP_GAP = 3
// Lower panels have no room for the number of their top.
const MIN_HEIGHT_FOR_TOP = 50
/** How far the first ridge may rise above its own row, as all others may into the one before. */
export const RIDGE_OVERLAP = 28

/** The x axis that all panels of a column share. */
export function drawColumnAxis(
  context: CanvasRenderingContext2D,
  x: Interval,
  palette: Palette,
  width: number,
): void {
  drawAxis(context, columnScale(x, width), palette, 0)
}

/** A panel: its runs, a mark at each mean, the density at its top, and its axis if none is shared. */
export function drawPanel(
  context: CanvasRenderingContext2D,
  column: DistributionColumn,
  panel: DistributionPanel,
  look: Look,
  width: number,
  height: number,
): void {
  const x = columnScale(panel.x, width)
  const bottom = height - (column.x === null ? AXIS_HEIGHT : 0)
  const ofRuns = strips(column, panel)
  const stripHeight = (bottom - (column.over === 'channels' ? MEAN_HEIGHT : 0)) / ofRuns.length
  drawGrid(context, x, look.palette, TOP, ofRuns.length * stripHeight)
  for (const [i, runs] of ofRuns.entries()) {
    const base = (i + 1) * stripHeight - 1
    const y = linearScale(panel.y, [base, i * stripHeight + (i === 0 ? TOP : STRIP_GAP)])
    drawSpreads(context, runs, panel, x, y, look)
    drawBase(context, x, base, look.palette)
  }
  if (column.over === 'channels') drawMeans(context, panel, x, bottom, look)
  if (stripHeight >= MIN_HEIGHT_FOR_TOP && panel.runs.length > 0)
    drawTop(context, panel, look, width)
  if (column.x === null) drawAxis(context, x, look.palette, bottom)
}

/** All panels of a column as ridges that overlap, the first one at the back. */
export function drawRidges(
  context: CanvasRenderingContext2D,
  column: DistributionColumn,
  look: Look,
  width: number,
  height: number,
): void {
  const ridges = column.panels.flatMap((panel) =>
    strips(column, panel).map((runs) => ({ panel, runs })),
  )
  const x = columnScale(column.x ?? [0, 1], width)
  const rowHeight = (height - RIDGE_OVERLAP) / Math.max(1, ridges.length)
  drawGrid(context, x, look.palette, TOP, height)
  for (const [i, { panel, runs }] of ridges.entries()) {
    const base = Math.floor(RIDGE_OVERLAP + (i + 1) * rowHeight) - 1
    const y = linearScale(panel.y, [base, base - rowHeight - RIDGE_OVERLAP + TOP])
    drawBase(context, x, base, look.palette)
    drawSpreads(context, runs, panel, x, y, look)
  }
}

/** The moment whose ridge is at that height. */
export function ridgeAt(column: DistributionColumn, y: number, height: number): number {
  const row = ((y - RIDGE_OVERLAP) / (height - RIDGE_OVERLAP)) * column.panels.length
  return Math.max(0, Math.min(column.panels.length - 1, Math.floor(row)))
}

function columnScale(x: Interval, width: number): Scale {
  return linearScale(x, [SIDE, Math.max(SIDE + 1, width - SIDE)])
}

function ticksOf(scale: Scale): readonly Tick[] {
  return valueTicks(scale, Math.max(3, Math.floor(scale.range[1] / 56)))
}

function drawAxis(
  context: CanvasRenderingContext2D,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  context.font = CHART_FONT
  context.fillStyle = palette.muted
  context.strokeStyle = palette.border
  context.lineWidth = 1
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.beginPath()
  for (const { at, label } of ticksOf(scale)) {
    context.moveTo(crisp(scale(at)), top)
    context.lineTo(crisp(scale(at)), top + 4)
    context.fillText(label, scale(at), top + 7)
  }
  context.stroke()
}

function drawGrid(
  context: CanvasRenderingContext2D,
  x: Scale,
  palette: Palette,
  top: number,
  bottom: number,
): void {
  context.lineWidth = 1
  context.strokeStyle = palette.grid
  context.beginPath()
  for (const { at } of ticksOf(x)) {
    context.moveTo(crisp(x(at)), top)
    context.lineTo(crisp(x(at)), bottom)
  }
  context.stroke()
}

function drawBase(
  context: CanvasRenderingContext2D,
  x: Scale,
  base: number,
  palette: Palette,
): void {
  context.lineWidth = 1
  context.strokeStyle = palette.border
  context.beginPath()
  context.moveTo(0, crisp(base))
  context.lineTo(x.range[1] + SIDE, crisp(base))
  context.stroke()
}

function drawMeans(
  context: CanvasRenderingContext2D,
  panel: DistributionPanel,
  x: Scale,
  bottom: number,
  { styles }: Look,
): void {
  for (const { run, mean } of panel.runs) {
    const at = x(mean)
    if (!(at >= x.range[0] && at <= x.range[1])) continue
    context.fillStyle = styles.get(run.id)?.colour ?? ''
    context.beginPath()
    context.moveTo(at, bottom - MEAN_HEIGHT + 1)
    context.lineTo(at - 4, bottom)
    context.lineTo(at + 4, bottom)
    context.fill()
  }
}

/** In the corner where the curves are lower. */
function drawTop(
  context: CanvasRenderingContext2D,
  { y, runs }: DistributionPanel,
  { palette }: Look,
  width: number,
): void {
  const near = (share: number) => {
    const heights = runs.flatMap(({ spreads }) =>
      spreads.map(({ density }) => {
        const from = Math.floor(density.length * share)
        return Math.max(...density.subarray(from, from + Math.ceil(density.length / 5)))
      }),
    )
    return Math.max(0, ...heights)
  }
  const left = near(0) <= near(0.8)
  context.font = CHART_FONT
  context.textAlign = left ? 'left' : 'right'
  context.textBaseline = 'top'
  context.fillStyle = palette.muted
  context.fillText(formatShort(Number(y[1].toPrecision(3))), left ? 1 : width - 1, 2)
}
