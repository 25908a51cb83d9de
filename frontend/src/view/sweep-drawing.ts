import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import {
  isPlaced,
  stretches,
  type SweepChart,
  type SweepCurve,
  type SweepKnot,
  type SweepPoint,
} from '../model/sweep'
import { decayTitle, formatAbout } from '../model/sweep-sentence'
import type { SweepArea } from '../model/sweep-area'
import { crisp, drawAxes, drawRange } from './axes-drawing'
import { drawCross, drawDot } from './curve-drawing'

const RADIUS = 4
const SEED_GAP = 7
const SEEDS_WIDTH = 28
const BREAK = 4
const BELOW = 12
/** How the curves of several kinds of decay are told apart. */
export const KIND_DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [8, 3, 2, 3]]

/** Draws the target, the curve of the means, and for every run its mean, quantiles and max. */
export function drawSweep(
  context: CanvasRenderingContext2D,
  chart: SweepChart,
  area: SweepArea,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
): void {
  drawAxes(context, area, palette, { x: decayTitle(chart), y: 'channel norm' })
  if (area.without > 0) drawBreak(context, area, palette)
  context.save()
  context.beginPath()
  context.rect(area.left, 0, area.right - area.left, area.bottom)
  context.clip()
  if (chart.row.target !== null) drawRange(context, chart.row.target, area, palette)
  chart.curves.forEach(({ knots }, i) => {
    const dash = KIND_DASHES[i % KIND_DASHES.length] ?? []
    for (const joined of stretches(knots)) drawCurve(context, joined, dash, area, palette)
  })
  const points = placedPoints(chart, area)
  const setColour = (runId: string) => {
    context.strokeStyle = context.fillStyle = styles.get(runId)?.colour ?? palette.text
    context.lineWidth = 1.5
  }
  for (const { point, x } of points) {
    setColour(point.runId)
    if (isPlaced(point)) drawSpread(context, point, x, area)
  }
  context.restore()
  // A mark at the edge is drawn as a whole.
  for (const { point, x } of points) {
    setColour(point.runId)
    drawMean(context, point, x, area)
  }
  for (const curve of chart.curves) drawTargetDecay(context, chart, curve, area, palette)
}

/** Every run and where it is: those of one decay beside each other. */
function placedPoints(
  { knots }: SweepChart,
  { place }: SweepArea,
): readonly { readonly point: SweepPoint; readonly x: number }[] {
  return knots.flatMap(({ decay, points }) => {
    const gap = Math.min(SEED_GAP, SEEDS_WIDTH / points.length)
    return points.map((point, i) => {
      return { point, x: place(decay) + (i - (points.length - 1) / 2) * gap }
    })
  })
}

/** Two strokes through the axis between the runs without decay and the others. */
function drawBreak(
  context: CanvasRenderingContext2D,
  { left, bottom, without }: SweepArea,
  palette: Palette,
): void {
  const x = 2 * without - left
  context.textAlign = 'center'
  context.fillText('none', without, bottom + 12)
  context.fillStyle = palette.card
  context.fillRect(x - BREAK / 2, bottom - 1, BREAK, 3)
  context.strokeStyle = palette.muted
  context.beginPath()
  for (const shift of [-BREAK / 2, BREAK / 2]) {
    context.moveTo(x + shift - 2, bottom + 4)
    context.lineTo(x + shift + 2, bottom - 4)
  }
  context.stroke()
}

/** The curve that meets the target, with a band where runs differ in their seed. */
function drawCurve(
  context: CanvasRenderingContext2D,
  knots: readonly SweepKnot[],
  dash: readonly number[],
  { place, y }: SweepArea,
  palette: Palette,
): void {
  const lineTo = (decay: number, norm: number) => {
    context.lineTo(place(decay), y(norm))
  }
  context.fillStyle = context.strokeStyle = palette.muted
  context.beginPath()
  for (const { decay, high } of knots) lineTo(decay, high)
  for (const { decay, low } of knots.toReversed()) lineTo(decay, low)
  context.globalAlpha = 0.2
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 1.5
  context.setLineDash([...dash])
  context.beginPath()
  for (const { decay, mean } of knots) lineTo(decay, mean)
  context.stroke()
  context.setLineDash([])
}

function drawSpread(
  context: CanvasRenderingContext2D,
  { low, median, high, max }: SweepPoint,
  x: number,
  { y, bottom }: SweepArea,
): void {
  context.beginPath()
  context.moveTo(x, low > 0 ? y(low) : bottom)
  context.lineTo(x, y(high))
  context.moveTo(x - RADIUS - 2, y(median))
  context.lineTo(x + RADIUS + 2, y(median))
  context.moveTo(x - 3, y(max) + 2.5)
  context.lineTo(x, y(max) - 2.5)
  context.lineTo(x + 3, y(max) + 2.5)
  context.closePath()
  context.stroke()
}

/** The mean; at the upper edge, that there is none. */
function drawMean(
  context: CanvasRenderingContext2D,
  point: SweepPoint,
  x: number,
  { y, top, bottom }: SweepArea,
): void {
  const { mean } = point
  if (!isPlaced(point)) drawCross(context, x, top, RADIUS)
  else if (y(mean) <= bottom) drawDot(context, x, y(mean), RADIUS)
  else drawBelow(context, x, bottom)
}

/** A triangle that points to what lies below the axis. */
function drawBelow(context: CanvasRenderingContext2D, x: number, bottom: number): void {
  context.beginPath()
  context.moveTo(x - BELOW / 2, bottom - BELOW)
  context.lineTo(x + BELOW / 2, bottom - BELOW)
  context.lineTo(x, bottom - 1)
  context.fill()
}

/** Where the curve meets the target: a line down to the axis, and the decay in figures. */
function drawTargetDecay(
  context: CanvasRenderingContext2D,
  { row: { target } }: SweepChart,
  { targetDecay }: SweepCurve,
  { place, y, top, bottom, right }: SweepArea,
  palette: Palette,
): void {
  if (target === null || !(targetDecay > 0)) return
  const x = crisp(place(targetDecay))
  const met = y(Math.sqrt(target[0] * target[1]))
  context.strokeStyle = context.fillStyle = palette.accentText
  context.lineWidth = 1.5
  context.setLineDash([3, 2])
  context.beginPath()
  context.moveTo(x, top)
  context.lineTo(x, bottom)
  context.stroke()
  context.setLineDash([])
  context.beginPath()
  context.arc(x, met, RADIUS + 2, 0, 2 * Math.PI)
  context.stroke()
  context.textAlign = x > right - 30 ? 'right' : 'center'
  context.fillText(formatAbout(targetDecay), x, top - 8)
}
