import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import { formatBrief, formatNorm, placeInWords } from '../model/format'
import { palette } from '../model/palette'
import type { KernelSet } from '../model/rows'
import { sweepChart, sweepSentence, targetSentence } from '../model/sweep'
import type { SweepChart, SweepKnot } from '../model/sweep'
import { knotAt, sweepArea, type SweepArea } from '../model/sweep-area'
import { CHART_FONT } from './axes-drawing'
import { Card } from './card'
import { useControls, useStore, useWanted } from './context'
import type { DrawnSweep } from './drawn'
import { Plot, type Drawing } from './plot'
import { RunSwatch } from './run-swatch'
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
  return (
    <figure class="sweep-figure" aria-label={label} aria-busy={!held.has(row.item)}>
      {chart !== null && <SweepPlot chart={chart} />}
      {chart !== null && row.target !== null && <figcaption>{targetSentence(chart)}</figcaption>}
    </figure>
  )
}

function SweepPlot({ chart }: { readonly chart: SweepChart }): JSX.Element {
  const { overview, runStyles, theme } = useStore()
  const area = useRef<SweepArea | null>(null)
  const [pointer, setPointer] = useState<PointerEvent | null>(null)
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
        targetDecay: chart.targetDecay,
        runs: chart.knots.flatMap(({ points }) =>
          points.map(({ runId, ...values }) => ({ run: nameOf(runId), ...values })),
        ),
      }),
    }),
    [chart, runStyles.value],
  )
  const knot =
    pointer === null || area.current === null ? null : knotAt(chart, area.current, pointer.offsetX)
  return (
    <div
      class="plot-box"
      onPointerMove={setPointer}
      onPointerLeave={() => {
        setPointer(null)
      }}
    >
      <Plot drawing={drawing} />
      {chart.knots.length === 0 && <p class="empty">No finite values</p>}
      {pointer !== null && knot !== null && (
        <SweepTooltip knot={knot} pointer={pointer} nameOf={nameOf} />
      )}
    </div>
  )
}

interface TooltipProps {
  readonly knot: SweepKnot
  readonly pointer: PointerEvent
  readonly nameOf: (id: string) => string
}

const GAP = 14

/** The values of all runs of one decay, on the side of the pointer that has more room. */
function SweepTooltip({ knot: { decay, points }, pointer, nameOf }: TooltipProps): JSX.Element {
  const { runStyles } = useStore()
  const { clientX: x, clientY: y } = pointer
  const style = {
    ...(x < innerWidth / 2 ? { left: x + GAP } : { right: innerWidth - x + GAP }),
    ...(y < innerHeight / 2 ? { top: y + GAP } : { bottom: innerHeight - y + GAP }),
  }
  return (
    <div class="tooltip" role="tooltip" style={style}>
      <p>{decay > 0 ? `weight decay ${formatBrief(decay)}` : 'no decay'}</p>
      <table>
        <thead>
          <tr>
            <th />
            <th>run</th>
            {['mean', 'median', 'max'].map((title) => (
              <th key={title} class="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points
            .toSorted((a, b) => b.mean - a.mean)
            .map(({ runId, mean, median, max }) => (
              <tr key={runId}>
                <td>
                  <RunSwatch style={runStyles.value.get(runId)} />
                </td>
                <td class="name">{nameOf(runId)}</td>
                {[mean, median, max].map((value, i) => (
                  <td key={i} class="number">
                    {formatNorm(value)}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}
