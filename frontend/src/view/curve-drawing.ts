import { at, stretches, thinned, type Band, type Stretch, type Values } from '../model/polyline'
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

/** Fills between `low` and `high`; where the axis does not reach as low, from its end. */
export function drawBand(context: CanvasRenderingContext2D, band: Band, plane: Plane): void {
  const { x, y, fineness } = plane
  const { along, low, high } = thinned(band, y.domain[0], fineness.spacing / x.slope)
  const ofBottom = stretches(along, low, y, fineness.band)
  context.beginPath()
  for (const [i, ofTop] of stretches(along, high, y, fineness.band).entries()) {
    const [first = 0] = ofTop
    if (ofTop.length === 1) {
      const left = x(at(along, first)) - LONE_BAND_WIDTH / 2
      const top = y(at(high, first))
      context.rect(left, top, LONE_BAND_WIDTH, y(at(low, first)) - top)
      continue
    }
    trace(context, along, high, plane, ofTop)
    for (const j of ofBottom[i]?.toReversed() ?? []) context.lineTo(x(at(along, j)), y(at(low, j)))
    context.closePath()
  }
  context.fill()
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
  const found = stretches(along, values, y, fineness.line)
  context.strokeStyle = context.fillStyle = style.colour
  context.lineWidth = width
  context.lineJoin = 'bevel'
  const isDashed = style.dash.length > 0
  if (isDashed) context.setLineDash([...style.dash])
  context.beginPath()
  for (const stretch of found) trace(context, along, values, plane, stretch)
  context.stroke()
  if (isDashed) context.setLineDash([])
  for (const { length, 0: first = 0 } of found) {
    if (length === 1) drawDot(context, x(at(along, first)), y(at(values, first)), 1.5 + width)
  }
}

function trace(
  context: CanvasRenderingContext2D,
  along: Values,
  values: Values,
  { x, y }: Plane,
  stretch: Stretch,
): void {
  const [first = 0] = stretch
  context.moveTo(x(at(along, first)), y(at(values, first)))
  for (const i of stretch) context.lineTo(x(at(along, i)), y(at(values, i)))
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
