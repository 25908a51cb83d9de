import type { PlotArea } from '../model/axes'
import type { RunStyle } from '../model/run-style'

type Values = Float32Array | Float64Array

const LONE_BAND_WIDTH = 8

/** Fills between `low` and `high`; where the axis does not reach as low, from its end. */
export function drawBand(
  context: CanvasRenderingContext2D,
  x: Values,
  low: Values,
  high: Values,
  plot: PlotArea,
): void {
  const [least] = plot.y.domain
  const across = places(x, plot.x)
  const top = places(high, plot.y)
  const bottom = places(low, (value) => plot.y(Math.max(least, value)))
  const defined = (i: number) => Number.isFinite(at(top, i) + at(bottom, i) + at(across, i))
  context.beginPath()
  for (const [first, end] of stretches(low.length, defined)) {
    for (let i = first; i < end; i++) context.lineTo(at(across, i), at(top, i))
    for (let i = end - 1; i >= first; i--) context.lineTo(at(across, i), at(bottom, i))
    context.closePath()
  }
  context.fill()
  for (const i of lonePoints(low.length, defined)) {
    const left = at(across, i) - LONE_BAND_WIDTH / 2
    context.fillRect(left, at(top, i), LONE_BAND_WIDTH, at(bottom, i) - at(top, i))
  }
}

/** A line with gaps where values have no place on the axes; points without neighbours as dots. */
export function drawLine(
  context: CanvasRenderingContext2D,
  x: Values,
  values: Values,
  plot: Pick<PlotArea, 'x' | 'y'>,
  style: RunStyle | undefined,
  width: number,
): void {
  if (style === undefined) return
  const across = places(x, plot.x)
  const height = places(values, plot.y)
  const defined = (i: number) => Number.isFinite(at(height, i) + at(across, i))
  context.strokeStyle = context.fillStyle = style.colour
  context.lineWidth = width
  context.lineJoin = 'bevel'
  context.setLineDash([...style.dash])
  context.beginPath()
  for (const [first, end] of stretches(values.length, defined)) {
    context.moveTo(at(across, first), at(height, first))
    for (let i = first + 1; i < end; i++) context.lineTo(at(across, i), at(height, i))
  }
  context.stroke()
  context.setLineDash([])
  for (const i of lonePoints(values.length, defined)) {
    drawDot(context, at(across, i), at(height, i), 1.5 + width)
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

/** Where values lie on the canvas. */
function places(values: Values, scale: (value: number) => number): Float64Array {
  const found = new Float64Array(values.length)
  for (let i = 0; i < found.length; i++) found[i] = scale(at(values, i))
  return found
}

/** The longest stretches of defined points, as first and end. */
function* stretches(
  n: number,
  defined: (i: number) => boolean,
): Generator<readonly [first: number, end: number]> {
  let first = -1
  for (let i = 0; i <= n; i++) {
    if (i < n && defined(i)) {
      if (first < 0) first = i
    } else if (first >= 0) {
      yield [first, i]
      first = -1
    }
  }
}

/** Points without neighbours, of which lines and areas show nothing. */
function* lonePoints(n: number, defined: (i: number) => boolean): Generator<number> {
  for (const [first, end] of stretches(n, defined)) if (end === first + 1) yield first
}

export function at(values: Values, i: number): number {
  return values[i] ?? NaN
}
