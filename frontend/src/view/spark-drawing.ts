import { linearScale } from '../model/scale'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { Spark } from '../model/spark'

const MARGIN = 4
const BROKEN = 2.5

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
  const toX = linearScale(spark.x, [MARGIN, width - MARGIN])
  const toY = linearScale(spark.y, [height - 1, 1])
  if (neutral !== null && neutral > spark.y[0] && neutral < spark.y[1]) {
    context.fillStyle = palette.border
    context.fillRect(0, Math.round(toY(neutral)), width, 1)
  }
  context.lineJoin = 'round'
  for (const { run, x, y } of spark.lines) {
    const style = styles.get(run.id)
    context.strokeStyle = style?.colour ?? palette.text
    context.lineWidth = 1.25
    context.beginPath()
    let [lastX, lastY] = [NaN, NaN]
    y.forEach((value, i) => {
      if (!Number.isFinite(value)) return
      const [atX, atY] = [toX(x[i] ?? NaN), toY(value)]
      if (Number.isFinite(y[i - 1])) context.lineTo(atX, atY)
      else context.moveTo(atX, atY)
      ;[lastX, lastY] = [atX, atY]
    })
    context.stroke()
    if (y.length === 0 || Number.isFinite(y.at(-1)) || Number.isNaN(lastX)) continue
    context.strokeStyle = palette.fault
    context.lineWidth = 1.75
    context.beginPath()
    for (const sign of [-1, 1]) {
      context.moveTo(lastX - BROKEN, lastY - sign * BROKEN)
      context.lineTo(lastX + BROKEN, lastY + sign * BROKEN)
    }
    context.stroke()
  }
}
