import type { DistributionPanel, PanelRun, PanelSpread } from '../model/distributions'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { Scale } from '../model/scale'

/** What distributions look like. */
export interface Look {
  readonly styles: ReadonlyMap<string, RunStyle>
  readonly palette: Palette
  /** What they lie on. */
  readonly background: string
  /** Bins are drawn as steps, smooth densities as curves. */
  readonly stepped: boolean
}

interface Drawn {
  readonly spread: PanelSpread
  readonly path: Path2D
  readonly colour: string
  readonly dash: readonly number[]
}

const NO_DASH: readonly number[] = []

/** Runs on each other, filled lightly; what is higher than the scale is cut and marked. */
export function drawSpreads(
  context: CanvasRenderingContext2D,
  runs: readonly PanelRun[],
  { x: [low, high] }: DistributionPanel,
  x: Scale,
  y: Scale,
  look: Look,
): void {
  const drawn = runs.flatMap(({ run, spreads }) =>
    spreads.map((spread): Drawn => {
      const style = look.styles.get(run.id)
      const path = outline(spread, low, high, x, y, look.stepped)
      if (spread.of === 'channels') {
        return { spread, path, colour: style?.colour ?? '', dash: style?.dash ?? NO_DASH }
      }
      const { batchMean, batchMax } = look.palette
      return { spread, path, colour: spread.of === 'mean' ? batchMean : batchMax, dash: NO_DASH }
    }),
  )
  context.save()
  context.beginPath()
  const [bottom, top] = y.range
  context.rect(x.range[0], top - 1, x.range[1] - x.range[0], bottom - top + 1)
  context.clip()
  context.fillStyle = look.background
  for (const { path } of drawn) context.fill(path)
  context.lineWidth = 1.25
  context.lineJoin = 'round'
  for (const { path, colour, dash } of drawn) {
    context.fillStyle = context.strokeStyle = colour
    context.globalAlpha = Math.min(0.28, Math.max(0.04, 1 / drawn.length))
    context.fill(path)
    context.globalAlpha = 1
    context.setLineDash([...dash])
    context.stroke(path)
  }
  context.restore()
  for (const { spread, colour } of drawn) {
    if (spread.isCut)
      markCut(context, x(peakOf(spread, low, high, look.stepped)), top, colour, look)
  }
}

/** From where the density rises above zero to where it falls back. */
function outline(
  { density }: PanelSpread,
  low: number,
  high: number,
  x: Scale,
  y: Scale,
  stepped: boolean,
): Path2D {
  const path = new Path2D()
  const width = (high - low) / (stepped ? density.length : density.length - 1)
  const first = density.findIndex((value) => value > 0)
  const last = density.findLastIndex((value) => value > 0)
  if (first === -1) return path
  path.moveTo(x(low + first * width), y(0))
  for (let i = first; i <= last; i++) {
    const top = y(density[i] ?? 0)
    path.lineTo(x(low + i * width), top)
    if (stepped) path.lineTo(x(low + (i + 1) * width), top)
  }
  path.lineTo(x(low + (stepped ? last + 1 : last) * width), y(0))
  return path
}

function peakOf({ density }: PanelSpread, low: number, high: number, stepped: boolean): number {
  const at = density.indexOf(Math.max(...density))
  const share = stepped ? (at + 0.5) / density.length : at / (density.length - 1)
  return low + (high - low) * share
}

/** Two slanted lines across the peak, as a broken axis has. */
function markCut(
  context: CanvasRenderingContext2D,
  at: number,
  top: number,
  colour: string,
  { background }: Look,
): void {
  slanted(context, at, top + 5, 5, background)
  slanted(context, at, top + 3, 1.25, colour)
  slanted(context, at, top + 7, 1.25, colour)
}

function slanted(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  colour: string,
): void {
  context.strokeStyle = colour
  context.lineWidth = width
  context.beginPath()
  context.moveTo(x - 6, y + 2)
  context.lineTo(x + 6, y - 2)
  context.stroke()
}
