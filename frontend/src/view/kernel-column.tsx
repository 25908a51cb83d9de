import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import { distributionColumn, type DistributionColumn } from '../model/distributions'
import type { KernelInfo } from '../model/overview'
import { palette } from '../model/palette'
import { panelSentence } from '../model/sentence'
import { readPanel } from '../model/tooltip'
import { useStore, useWantedKernel } from './context'
import { drawColumnAxis, drawPanel } from './distribution-drawing'
import { describePanel } from './drawn'
import { KernelHeading } from './kernel-heading'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { useVisible } from './visibility'

interface Props {
  readonly kernel: KernelInfo
  /** The names of the rows. */
  readonly labels: readonly string[]
}

/** One kernel's column of the Distributions grid; drawn while it is visible. */
export function KernelColumn({ kernel, labels }: Props): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  useWantedKernel(kernel.id, visible, 'distributions')
  return (
    <section class="column" ref={ref} aria-label={kernel.path}>
      <KernelHeading kernel={kernel} brief />
      {visible && <Panels kernel={kernel} labels={labels} />}
    </section>
  )
}

function Panels({ kernel, labels }: Props): JSX.Element {
  const { moments, shownRuns, axis } = useStore()
  const held = moments.value.get(kernel.id)
  const column = useMemo(
    () => distributionColumn(kernel, shownRuns.value, moments.peek(), axis.value, labels.length),
    [kernel, held, shownRuns.value, axis.value, labels.length],
  )
  return (
    <>
      {labels.map((label, row) => (
        <PanelFigure key={row} kernel={kernel} column={column} row={row} label={label} />
      ))}
      <div class="column-axis">{column !== null && <ColumnAxis column={column} />}</div>
    </>
  )
}

interface PanelProps {
  readonly kernel: KernelInfo
  readonly column: DistributionColumn | null
  readonly row: number
  readonly label: string
}

function PanelFigure({ kernel, column, row, label }: PanelProps): JSX.Element {
  const { axis } = useStore()
  const panel = column?.panels[row]
  const sentence =
    panel === undefined
      ? `Distribution of channel norms of ${kernel.path} at ${axis.value} ${label}`
      : panelSentence(kernel, panel, axis.value, label)
  return (
    <figure class="panel" aria-label={sentence} aria-busy={panel === undefined}>
      {column !== null && <PanelPlot column={column} row={row} />}
    </figure>
  )
}

function PanelPlot({
  column,
  row,
}: {
  readonly column: DistributionColumn
  readonly row: number
}): JSX.Element | null {
  const { runStyles, theme } = useStore()
  const [pointer, setPointer] = useState<PointerEvent | null>(null)
  const panel = column.panels[row] ?? NO_PANEL
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        const colours = palette(theme.value)
        drawPanel(context, column, panel, runStyles.value, colours, width, height)
      },
      describe: () => describePanel(column, row, panel),
    }),
    [column, row, runStyles.value],
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
