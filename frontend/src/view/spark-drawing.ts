import { at } from '../model/polyline'
import { linearScale } from '../model/scale'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { Spark } from '../model/spark'
import { drawCross, drawLine, FINE } from './curve-drawing'

const MARGIN = 4
const LINE_WIDTH = 1.25
const CROSS = 2.5
const CROSS_WIDTH = 1.75

/** Draws one line per run, and a cross where its values cease to be finite. */
export function drawSpark(
  context: CanvasRenderingContext2D,
  spark: Spark,
  neutral: number | null,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
  width: number,
  height: number,
): void {
  const plot = {
    x: linearScale(spark.x, [MARGIN, width - MARGIN]),
    y: linearScale(spark.y, [height - 1, 1]),
    fineness: FINE,
  }
  if (neutral !== null && neutral > spark.y[0] && neutral < spark.y[1]) {
    context.fillStyle = palette.border
    context.fillRect(0, Math.round(plot.y(neutral)), width, 1)
  }
  for (const { run, x, y } of spark.lines) {
    const style = styles.get(run.id)
    drawLine(context, x, y, plot, style && { ...style, dash: [] }, LINE_WIDTH)
    const last = y.findLastIndex(Number.isFinite)
    if (last < 0 || last === y.length - 1) continue
    context.strokeStyle = palette.fault
    context.lineWidth = CROSS_WIDTH
    drawCross(context, plot.x(at(x, last)), plot.y(at(y, last)), CROSS)
  }
}
