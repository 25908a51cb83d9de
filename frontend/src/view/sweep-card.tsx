import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import { formatBrief, placeInWords } from '../model/format'
import { palette } from '../model/palette'
import type { KernelSet } from '../model/rows'
import { isPlaced, readSweep, sweepChart, type SweepChart } from '../model/sweep'
import { decayTitle, sweepCaption, sweepSentence } from '../model/sweep-sentence'
import { knotAt, sweepArea, type SweepArea } from '../model/sweep-area'
import { CHART_FONT } from './axes-drawing'
import { Card } from './card'
import { useControls, useStore, useWanted } from './context'
import type { DrawnSweep } from './drawn'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { drawSweep } from './sweep-drawing'
import { useVisible } from './visibility'

/** One row's Sweep chart; drawn while it is visible. */
export function SweepCard({ row }: { readonly row: KernelSet }): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  return (
    <Card row={row} box={ref}>
      {visible ? <SweepFigure row={row} /> : <div class="sweep-figure" />}
    </Card>
  )
}

export function SweepFigure({ row }: { readonly row: KernelSet }): JSX.Element {
  const { shownRuns, sources } = useStore()
  const [{ step }] = useControls()
  useWanted('snapshot', row.item, true)
  const held = sources.snapshot.held.value
  const runs = shownRuns.value
  const chart = useMemo(() => sweepChart(row, runs, held), [row, held.get(row.item), runs])
  const label =
    chart === null
      ? `Channel norms of ${row.name} against weight decay`
      : sweepSentence(chart, placeInWords(step))
  const caption = chart === null ? '' : sweepCaption(chart)
  return (
    <figure class="sweep-figure" aria-label={label} aria-busy={!held.has(row.item)}>
      {chart !== null && <SweepPlot chart={chart} />}
      {caption !== '' && <figcaption>{caption}</figcaption>}
    </figure>
  )
}

function SweepPlot({ chart }: { readonly chart: SweepChart }): JSX.Element {
  const { overview, runStyles, theme } = useStore()
  const box = useRef<HTMLDivElement>(null)
  const area = useRef<SweepArea | null>(null)
  const [index, setIndex] = useState(-1)
  const nameOf = (id: string) => overview.value?.runs.find((run) => run.id === id)?.name ?? ''
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        context.font = CHART_FONT
        area.current = sweepArea(chart, width, height, (text) => context.measureText(text).width)
        drawSweep(context, chart, area.current, runStyles.value, palette(theme.value))
      },
      describe: (): DrawnSweep => ({
        view: 'sweep',
        kernel: chart.row.name,
        x: chart.x,
        y: chart.y,
        target: chart.row.target,
        curves: chart.curves.map(({ kind, knots, targetDecay }) => ({
          kind,
          decays: knots.map(({ decay }) => decay),
          means: knots.map(({ mean }) => mean),
          targetDecay,
        })),
        runs: chart.knots.flatMap(({ points }) =>
          points.map(({ runId, ...values }) => ({ run: nameOf(runId), ...values })),
        ),
      }),
    }),
    [chart, runStyles.value],
  )
  const leave = () => {
    setIndex(-1)
  }
  const step = (event: KeyboardEvent) => {
    const last = chart.knots.length - 1
    const to = { ArrowLeft: index < 0 ? last : index - 1, ArrowRight: index + 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    setIndex(Math.min(last, Math.max(0, to)))
  }
  const knot = chart.knots[index]
  const rect = box.current?.getBoundingClientRect()
  return (
    <div
      class="plot-box"
      ref={box}
      tabIndex={0}
      role="group"
      aria-label="Values by weight decay, arrow keys"
      onPointerMove={({ offsetX }) => {
        if (area.current !== null) setIndex(knotAt(chart, area.current, offsetX))
      }}
      onPointerLeave={leave}
      onBlur={leave}
      onKeyDown={step}
    >
      <Plot drawing={drawing} />
      {!chart.knots.some(isPlaced) && <p class="empty">No finite values</p>}
      {knot && rect && area.current && (
        <ReadingTooltip
          title={knot.decay > 0 ? `${decayTitle(chart)} ${formatBrief(knot.decay)}` : 'no decay'}
          reading={readSweep(knot, nameOf)}
          x={rect.left + area.current.place(knot.decay)}
          y={rect.top + area.current.top}
        />
      )}
    </div>
  )
}
