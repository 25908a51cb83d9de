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
  const [least] = y.domain
  const inSight = low.map((value) => Math.max(least, value))
  const band = thinned(across, places(y, high), places(y, inSight), spacing)
  context.beginPath()
  for (const [first, end] of stretches(band.across, band.top, band.bottom)) {
    if (end === first + 1) {
      const top = at(band.top, first)
      const left = at(band.across, first) - LONE_BAND_WIDTH / 2
      context.rect(left, top, LONE_BAND_WIDTH, at(band.bottom, first) - top)
      continue
    }
    context.moveTo(at(band.across, first), at(band.top, first))
    for (let i = first + 1; i < end; i++) context.lineTo(at(band.across, i), at(band.top, i))
    for (let i = end - 1; i >= first; i--) context.lineTo(at(band.across, i), at(band.bottom, i))
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
  context.setLineDash([...style.dash])
  context.beginPath()
  for (const [first, end] of found) {
    context.moveTo(at(across, first), at(height, first))
    for (let i = first + 1; i < end; i++) context.lineTo(at(across, i), at(height, i))
  }
  context.stroke()
  context.setLineDash([])
  for (const [first, end] of found) {
    if (end === first + 1) drawDot(context, at(across, first), at(height, first), 1.5 + width)
  }
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

/** Points at least `spacing` pixels apart, each of which spans those left out after it. */
function thinned(
  across: Float64Array,
  top: Float64Array,
  bottom: Float64Array,
  spacing: number,
): { readonly across: Float64Array; readonly top: Float64Array; readonly bottom: Float64Array } {
  if (spacing === 0) return { across, top, bottom }
  const kept = new Float64Array(top.length)
  let last = -1
  for (let i = 0; i < top.length; i++) {
    const [x, high, low] = [at(across, i), at(top, i), at(bottom, i)]
    if (last >= 0 && x - at(kept, last) < spacing && Number.isFinite(high + low)) {
      top[last] = Math.min(at(top, last), high)
      bottom[last] = Math.max(at(bottom, last), low)
    } else {
      last += 1
      kept[last] = x
      top[last] = high
      bottom[last] = low
    }
  }
  const part = (values: Float64Array) => values.subarray(0, last + 1)
  return { across: part(kept), top: part(top), bottom: part(bottom) }
}

/** The longest stretches of points that have a place on the canvas, as first and end. */
function stretches(
  ...coordinates: readonly Float64Array[]
): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  const n = Math.min(...coordinates.map((values) => values.length))
  let first = -1
  for (let i = 0; i <= n; i++) {
    const defined = i < n && coordinates.every((values) => Number.isFinite(values[i]))
    if (defined && first < 0) first = i
    if (!defined && first >= 0) {
      found.push([first, i])
      first = -1
    }
  }
  return found
}

export function at(values: Float32Array | Float64Array, i: number): number {
  return values[i] ?? NaN
}
