import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import type { PlotArea } from '../model/axes'
import type { KernelInfo } from '../model/overview'
import { palette } from '../model/palette'
import { trendSentence } from '../model/sentence'
import { readTrends } from '../model/tooltip'
import { hasFiniteMean, trendChart, type TrendChart } from '../model/trends'
import { useStore, useWantedKernel } from './context'
import { describeTrend } from './drawn'
import { KernelHeading } from './kernel-heading'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { drawTrends, trendArea } from './trend-drawing'
import { useVisible } from './visibility'

/** One kernel's Trends chart; drawn while it is visible. */
export function TrendCard({ kernel }: { readonly kernel: KernelInfo }): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  useWantedKernel(kernel.id, visible, 'trends')
  return (
    <article class="card" ref={ref}>
      <KernelHeading kernel={kernel} />
      {visible ? <TrendFigure kernel={kernel} /> : <div class="trend" />}
    </article>
  )
}

function TrendFigure({ kernel }: { readonly kernel: KernelInfo }): JSX.Element {
  const { series, shownRuns, axis } = useStore()
  const held = series.value.get(kernel.id)
  const chart = useMemo(
    () => trendChart(kernel, shownRuns.value, series.peek(), axis.value),
    [kernel, held, shownRuns.value, axis.value],
  )
  const label = chart === null ? `Channel norms of ${kernel.path}` : trendSentence(chart)
  return (
    <figure class="trend" aria-label={label} aria-busy={chart === null}>
      {chart !== null && <TrendPlot chart={chart} />}
    </figure>
  )
}

function TrendPlot({ chart }: { readonly chart: TrendChart }): JSX.Element {
  const { runStyles, theme, axis } = useStore()
  const area = useRef<PlotArea | null>(null)
  const [pointer, setPointer] = useState<PointerEvent | null>(null)
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        area.current = trendArea(context, chart, width, height)
        drawTrends(context, chart, area.current, runStyles.value, palette(theme.value))
      },
      describe: () => describeTrend(chart),
    }),
    [chart, runStyles.value],
  )
  const scale = area.current?.x
  const reading =
    pointer === null || scale === undefined
      ? null
      : readTrends(chart, scale.invert(pointer.offsetX))
  return (
    <div
      class="plot-box"
      onPointerMove={setPointer}
      onPointerLeave={() => {
        setPointer(null)
      }}
    >
      <Plot drawing={drawing} />
      {!hasFiniteMean(chart) && <p class="empty">No finite values</p>}
      {pointer !== null && scale !== undefined && reading !== null && (
        <>
          <div class="crosshair" style={{ left: `${scale(reading.place)}px` }} />
          <ReadingTooltip
            reading={reading}
            axis={axis.value}
            x={pointer.clientX}
            y={pointer.clientY}
          />
        </>
      )}
    </div>
  )
}
