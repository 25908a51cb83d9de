import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import { distributionColumn, type DistributionColumn } from '../model/distributions'
import { momentAxis } from '../model/moments'
import { palette } from '../model/palette'
import type { KernelSet } from '../model/rows'
import { panelSentence } from '../model/sentence'
import { readPanel } from '../model/tooltip'
import { useStore, useWanted } from './context'
import { drawColumnAxis, drawPanel } from './distribution-drawing'
import { describePanel } from './drawn'
import { KernelHeading } from './kernel-heading'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { useVisible } from './visibility'

interface Props {
  readonly row: KernelSet
  /** The names of the rows. */
  readonly labels: readonly string[]
}

/** One kernel's column of the Distributions grid; drawn while it is visible. */
export function KernelColumn({ row, labels }: Props): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  useWanted('moments', row.item, visible)
  return (
    <section class="column" ref={ref} aria-label={row.name}>
      <KernelHeading row={row} brief />
      {visible && <Panels row={row} labels={labels} />}
    </section>
  )
}

function Panels({ row, labels }: Props): JSX.Element {
  const { axis, shownRuns, sources } = useStore()
  const along = momentAxis(axis.value)
  const held = sources.moments.held.value
  const column = useMemo(
    () => distributionColumn(row, shownRuns.value, held, along, labels.length),
    [row, held.get(row.item), shownRuns.value, along, labels.length],
  )
  return (
    <>
      {labels.map((label, index) => (
        <PanelFigure key={index} row={row} column={column} index={index} label={label} />
      ))}
      <div class="column-axis">{column !== null && <ColumnAxis column={column} />}</div>
    </>
  )
}

interface PanelProps {
  readonly row: KernelSet
  readonly column: DistributionColumn | null
  /** Which of the moments, counted from the top. */
  readonly index: number
  readonly label: string
}

function PanelFigure({ row, column, index, label }: PanelProps): JSX.Element {
  const axis = momentAxis(useStore().axis.value)
  const panel = column?.panels[index]
  const sentence =
    panel === undefined
      ? `Distribution of channel norms of ${row.name} at ${axis} ${label}`
      : panelSentence(row, panel, axis, label)
  return (
    <figure class="panel" aria-label={sentence} aria-busy={panel === undefined}>
      {column !== null && <PanelPlot column={column} index={index} />}
    </figure>
  )
}

function PanelPlot({
  column,
  index,
}: {
  readonly column: DistributionColumn
  readonly index: number
}): JSX.Element | null {
  const { runStyles, theme } = useStore()
  const [pointer, setPointer] = useState<PointerEvent | null>(null)
  const panel = column.panels[index] ?? NO_PANEL
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        const colours = palette(theme.value)
        drawPanel(context, column, panel, runStyles.value, colours, width, height)
      },
      describe: () => describePanel(column, index, panel),
    }),
    [column, index, runStyles.value],
  )
  const reading = pointer === null ? null : readPanel(panel)
  return (
    <div
      class="plot-box"
      onPointerMove={setPointer}
      onPointerLeave={() => {
        setPointer(null)
      }}
    >
      <Plot drawing={drawing} />
      {panel.runs.length === 0 && <p class="empty">No finite values</p>}
      {pointer !== null && reading !== null && (
        <ReadingTooltip
          reading={reading}
          axis={column.axis}
          x={pointer.clientX}
          y={pointer.clientY}
        />
      )}
    </div>
  )
}

const NO_PANEL = { runs: [], top: 1 }

function ColumnAxis({ column }: { readonly column: DistributionColumn }): JSX.Element {
  const { theme } = useStore()
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width) {
        drawColumnAxis(context, column, palette(theme.value), width)
      },
      describe: null,
    }),
    [column, theme.value],
  )
  return <Plot drawing={drawing} />
}
