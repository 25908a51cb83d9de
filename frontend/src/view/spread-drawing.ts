import {
  isCut,
  type DistributionPanel,
  type PanelRun,
  type PanelSpread,
} from '../model/distributions'
import type { Palette } from '../model/palette'
import type { RunStyle } from '../model/run-style'
import type { Scale } from '../model/scale'
import { CROWD } from './curve-drawing'

/** What distributions look like. */
export interface Look {
  readonly styles: ReadonlyMap<string, RunStyle>
  readonly palette: Palette
  /** What they lie on. */
  readonly background: string
  /** Bins are drawn as steps, smooth densities as curves. */
  readonly stepped: boolean
  /** Whether they hide what they lie on, as ridges do. */
  readonly covering: boolean
}

interface Drawn {
  readonly spread: PanelSpread
  readonly colour: string
  readonly dash: readonly number[]
}

const NO_DASH: readonly number[] = []

/** Runs on each other, filled lightly; what is higher than the scale is cut and marked. */
export function drawSpreads(
  context: CanvasRenderingContext2D,
  runs: readonly PanelRun[],
  panel: DistributionPanel,
  x: Scale,
  y: Scale,
  look: Look,
): void {
  const [low, high] = panel.x
  const drawn = runs.flatMap(({ run, spreads }) =>
    spreads.map((spread): Drawn => {
      const style = look.styles.get(run.id)
      if (spread.of === 'channels') {
        return { spread, colour: style?.colour ?? '', dash: style?.dash ?? NO_DASH }
      }
      const { batchMean, batchMax } = look.palette
      return { spread, colour: spread.of === 'mean' ? batchMean : batchMax, dash: NO_DASH }
    }),
  )
  context.save()
  context.beginPath()
  const [bottom, top] = y.range
  context.rect(x.range[0], top - 1, x.range[1] - x.range[0], bottom - top + 1)
  context.clip()
  const outline = ({ spread }: Drawn) => {
    trace(context, spread, low, high, x, y, look.stepped)
  }
  if (look.covering) {
    context.fillStyle = look.background
    for (const each of drawn) {
      outline(each)
      context.fill()
    }
  }
  context.lineWidth = drawn.length > CROWD ? 1 : 1.25
  for (const each of drawn) {
    outline(each)
    context.fillStyle = context.strokeStyle = each.colour
    context.globalAlpha = Math.min(0.28, Math.max(0.04, 1 / drawn.length))
    context.fill()
    context.globalAlpha = 1
    context.setLineDash([...each.dash])
    context.stroke()
  }
  context.restore()
  for (const { spread, colour } of drawn) {
    if (isCut(spread, panel))
      markCut(context, x(peakOf(spread, low, high, look.stepped)), top, colour, look)
  }
}

/** From where the density rises above zero to where it falls back. */
function trace(
  context: CanvasRenderingContext2D,
  { density }: PanelSpread,
  low: number,
  high: number,
  x: Scale,
  y: Scale,
  stepped: boolean,
): void {
  const width = (high - low) / (stepped ? density.length : density.length - 1)
  const first = density.findIndex((value) => value > 0)
  const last = density.findLastIndex((value) => value > 0)
  context.beginPath()
  if (first === -1) return
  context.moveTo(x(low + first * width), y(0))
  for (let i = first; i <= last; i++) {
    const top = y(density[i] ?? 0)
    context.lineTo(x(low + i * width), top)
    if (stepped) context.lineTo(x(low + (i + 1) * width), top)
  }
  context.lineTo(x(low + (stepped ? last + 1 : last) * width), y(0))
}

function peakOf(
  { density, peak }: PanelSpread,
  low: number,
  high: number,
  stepped: boolean,
): number {
  const at = density.indexOf(peak)
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
