import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import type { PlotArea } from '../model/axes'
import { palette } from '../model/palette'
import type { KernelSet } from '../model/rows'
import { trendSentence } from '../model/sentence'
import { readTrends } from '../model/tooltip'
import { hasFiniteValue, trendChart, type TrendChart } from '../model/trends'
import { Card } from './card'
import { useControls, useStore, useWanted } from './context'
import { describeTrend } from './drawn'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { drawTrends, trendArea } from './trend-drawing'
import { useVisible } from './visibility'

/** One row's Trends chart; drawn while it is visible. */
export function TrendCard({ row }: { readonly row: KernelSet }): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  return (
    <Card row={row} box={ref}>
      {visible ? <TrendFigure row={row} /> : <div class="trend" />}
    </Card>
  )
}

export function TrendFigure({ row }: { readonly row: KernelSet }): JSX.Element {
  const { sources, curves, axis } = useStore()
  const [{ statistic, band }] = useControls()
  useWanted('series', row.item, true)
  const held = sources.series.held.value
  const chart = useMemo(
    () => trendChart(row, curves.value, held, axis.value, { statistic, band }),
    [row, held.get(row.item), curves.value, axis.value, statistic, band],
  )
  const label = chart === null ? `Channel norms of ${row.name}` : trendSentence(chart)
  return (
    <figure class="trend" aria-label={label} aria-busy={chart === null}>
      {chart !== null && <TrendPlot chart={chart} />}
    </figure>
  )
}

function TrendPlot({ chart }: { readonly chart: TrendChart }): JSX.Element {
  const { runStyles, theme, axis } = useStore()
  const [{ statistic }] = useControls()
  const area = useRef<PlotArea | null>(null)
  const [pointer, setPointer] = useState<PointerEvent | null>(null)
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        area.current = trendArea(context, chart, width, height)
        drawTrends(context, chart, area.current, runStyles.value, palette(theme.value))
      },
      describe: () => describeTrend(chart, statistic),
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
      {!hasFiniteValue(chart) && <p class="empty">No finite values</p>}
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
