import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import type { PlotArea } from '../model/axes'
import { palette, type Palette } from '../model/palette'
import { at } from '../model/polyline'
import type { RunStyle } from '../model/run-style'
import { pointsAt, pointsAtStep, type ReadPoint } from '../model/trend-reading'
import type { TrendChart } from '../model/trends'
import { crisp } from './axes-drawing'
import { useStore } from './context'
import { drawDot } from './curve-drawing'
import { Plot, type Drawing } from './plot'
import { clipToPlot } from './trend-drawing'

interface Props {
  readonly chart: TrendChart
  /** As the chart was drawn last. */
  readonly area: { readonly current: PlotArea | null }
}

/** On a canvas of its own, so that curves need not be drawn anew: marker and crosshair. */
export function TrendOverlay({ chart, area }: Props): JSX.Element | null {
  const { controls, pointed, runStyles, theme } = useStore()
  const { step } = controls.value
  const place = pointed.value
  const drawing = useMemo(
    (): Drawing => ({
      draw(context) {
        const plot = area.current
        if (plot === null) return
        const colours = palette(theme.value)
        clipToPlot(context, chart, plot)
        if (step !== null) {
          const points = pointsAtStep(chart, step)
          drawPoints(context, points, plot, runStyles.value, colours, [])
        }
        if (place !== null) {
          drawPoints(context, pointsAt(chart, place), plot, runStyles.value, colours, [4, 3])
        }
      },
      describe: null,
    }),
    [chart, step, place, runStyles.value],
  )
  return step === null && place === null ? null : <Plot drawing={drawing} />
}

const SAME_PX = 2
const RADIUS = 3.5

/** A dot on each curve, and a line through them where they are at one place. */
function drawPoints(
  context: CanvasRenderingContext2D,
  points: readonly ReadPoint[],
  plot: PlotArea,
  styles: ReadonlyMap<string, RunStyle>,
  palette: Palette,
  dash: readonly number[],
): void {
  const places = points.map(({ place }) => plot.x(place))
  const x = Math.min(...places)
  if (places.length > 0 && Math.max(...places) - x <= SAME_PX) {
    context.strokeStyle = palette.muted
    context.lineWidth = 1
    context.setLineDash([...dash])
    context.beginPath()
    context.moveTo(crisp(x), plot.top)
    context.lineTo(crisp(x), plot.bottom)
    context.stroke()
    context.setLineDash([])
  }
  for (const { curve, index, place } of points) {
    const [left, y] = [plot.x(place), plot.y(at(curve.main, index))]
    context.fillStyle = palette.card
    drawDot(context, left, y, RADIUS + 1)
    context.fillStyle = styles.get(curve.curve.id)?.colour ?? ''
    drawDot(context, left, y, RADIUS)
  }
}
