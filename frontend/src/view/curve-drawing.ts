import { at, stretches, thinned, type Stretch } from '../model/polyline'
import type { RunStyle } from '../model/run-style'
import { places, type Scale } from '../model/scale'

/** More curves than this have lines of one pixel, which take a tenth of the time of wider ones. */
export const CROWD = 12

const LONE_BAND_WIDTH = 8

/**
 * Fills between `low` and `high` at places across the canvas; where the axis does not reach as low,
 * from its end. Points that are less than `spacing` pixels apart are put together: many steep edges
 * take long to fill.
 */
export function drawBand(
  context: CanvasRenderingContext2D,
  across: Float64Array,
  low: Float32Array,
  high: Float32Array,
  y: Scale,
  spacing: number,
): void {
  const band = thinned({ across, low, high }, y.domain[0], spacing)
  const top = places(y, band.high)
  const bottom = places(y, band.low)
  const ofBottom = stretches(band.across, bottom)
  context.beginPath()
  for (const [i, ofTop] of stretches(band.across, top).entries()) {
    const [first = 0] = ofTop
    if (ofTop.length === 1) {
      const left = at(band.across, first) - LONE_BAND_WIDTH / 2
      context.rect(left, at(top, first), LONE_BAND_WIDTH, at(bottom, first) - at(top, first))
      continue
    }
    trace(context, band.across, top, ofTop)
    for (const j of ofBottom[i]?.toReversed() ?? []) {
      context.lineTo(at(band.across, j), at(bottom, j))
    }
    context.closePath()
  }
  context.fill()
}

/** A line with gaps where values have no place on the axes; points without neighbours as dots. */
export function drawLine(
  context: CanvasRenderingContext2D,
  across: Float64Array,
  values: Float32Array | Float64Array,
  y: Scale,
  style: RunStyle | undefined,
  width: number,
): void {
  if (style === undefined || values.length === 0) return
  const height = places(y, values)
  const found = stretches(across, height)
  context.strokeStyle = context.fillStyle = style.colour
  context.lineWidth = width
  context.lineJoin = 'bevel'
  const isDashed = style.dash.length > 0
  if (isDashed) context.setLineDash([...style.dash])
  context.beginPath()
  for (const stretch of found) trace(context, across, height, stretch)
  context.stroke()
  if (isDashed) context.setLineDash([])
  for (const { length, 0: first = 0 } of found) {
    if (length === 1) drawDot(context, at(across, first), at(height, first), 1.5 + width)
  }
}

function trace(
  context: CanvasRenderingContext2D,
  across: Float64Array,
  height: Float64Array,
  stretch: Stretch,
): void {
  const [first = 0] = stretch
  context.moveTo(at(across, first), at(height, first))
  for (const i of stretch) context.lineTo(at(across, i), at(height, i))
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
