import { memory } from '../model/memory'
import { at, outlines, stretches, type Band, type Stretch, type Values } from '../model/polyline'
import type { RunStyle } from '../model/run-style'
import type { Scale } from '../model/scale'

/** More curves than this have lines of one pixel, which take a tenth of the time of wider ones. */
export const CROWD = 12

/** How many pixels lines may be away from where they should be, and nobody sees it. */
export interface Fineness {
  readonly line: number
  readonly band: number
  /** Points of a band closer than this are put together: many steep edges take long to fill. */
  readonly spacing: number
}

export const FINE: Fineness = { line: 0.25, band: 0.25, spacing: 0 }
// Among many lines less is seen, and less still of the edges of faint bands.
export const COARSE: Fineness = { line: 0.5, band: 1, spacing: 4 }

/** Where curves are drawn, and how finely. */
export interface Plane {
  readonly x: Scale
  readonly y: Scale
  readonly fineness: Fineness
}

const LONE_BAND_WIDTH = 8

const lines = { linear: memory<readonly Stretch[]>(), log: memory<readonly Stretch[]>() }
const bands = { linear: memory<readonly Stretch[]>(), log: memory<readonly Stretch[]>() }

/** Fills between `low` and `high`; where the axis does not reach as low, from its end. */
export function drawBand(context: CanvasRenderingContext2D, band: Band, plane: Plane): void {
  const { x, y, fineness } = plane
  const [least] = y.domain
  const tolerance = { x: fineness.spacing / x.slope, y: fineness.band / Math.abs(y.slope) }
  const found = bands[y.kind](band.low, [band.along, band.high, least], tolerance, () =>
    outlines(band, y.kind, least, tolerance),
  )
  context.lineWidth = LONE_BAND_WIDTH
  for (const outline of found) {
    context.beginPath()
    trace(context, outline, plane)
    if (outline.x.length === 2) context.stroke()
    else context.fill()
  }
}

/** A line with gaps where values have no place on the axes; points without neighbours as dots. */
export function drawLine(
  context: CanvasRenderingContext2D,
  along: Values,
  values: Values,
  plane: Plane,
  style: RunStyle | undefined,
  width: number,
): void {
  if (style === undefined || values.length === 0) return
  const { x, y, fineness } = plane
  const tolerance = { x: 0, y: fineness.line / Math.abs(y.slope) }
  const found = lines[y.kind](values, [along], tolerance, () =>
    stretches(along, values, y.kind, tolerance.y),
  )
  context.strokeStyle = context.fillStyle = style.colour
  context.lineWidth = width
  context.lineJoin = 'bevel'
  const isDashed = style.dash.length > 0
  if (isDashed) context.setLineDash([...style.dash])
  context.beginPath()
  for (const stretch of found) trace(context, stretch, plane)
  context.stroke()
  if (isDashed) context.setLineDash([])
  for (const stretch of found) {
    if (stretch.x.length > 1) continue
    drawDot(context, place(x, stretch.x, 0), place(y, stretch.y, 0), 1.5 + width)
  }
}

function trace(context: CanvasRenderingContext2D, stretch: Stretch, { x, y }: Plane): void {
  context.moveTo(place(x, stretch.x, 0), place(y, stretch.y, 0))
  for (let i = 1; i < stretch.x.length; i++) {
    context.lineTo(place(x, stretch.x, i), place(y, stretch.y, i))
  }
}

/** The pixel of what is in the units of stretches. */
function place({ offset, slope }: Scale, values: readonly number[], i: number): number {
  return offset + at(values, i) * slope
}

export function drawDot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
): void {
  if (!Number.isFinite(x + y)) return
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}

/** Strokes a cross; `size` is half its width. */
export function drawCross(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
): void {
  context.beginPath()
  for (const slope of [1, -1]) {
    context.moveTo(x - size, y - slope * size)
    context.lineTo(x + size, y + slope * size)
  }
  context.stroke()
}
