import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'

import type { Extent } from '../model/panel-axes'
import type { KernelSet } from '../model/rows'
import { ColumnAxis } from './column-axis'
import { useControls, useStore, useWanted } from './context'
import { EnlargeButton } from './enlarge-button'
import { KernelHeading } from './kernel-heading'
import { PanelFigure } from './panel-figure'
import { PinButton } from './pin-button'
import { RidgeFigure } from './ridge-figure'
import { GridLabels, type RowNames } from './row-labels'
import { RowTakeAway } from './take-away'
import { useColumn } from './use-column'
import { useVisible } from './visibility'

interface Props {
  readonly row: KernelSet
  readonly names: RowNames
  /** Those of the grid's rows, where columns share their axes. */
  readonly extents: readonly Extent[]
}

/** One kernel's column of the Distributions grid; drawn while it is visible. */
export function KernelColumn(props: Props): JSX.Element {
  const { row, names } = props
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  useWanted('moments', row.item, visible)
  return (
    <section class="column" ref={ref} aria-label={row.name} data-key={row.key} data-picture>
      <header>
        <KernelHeading row={row} brief />
        <div class="actions">
          <RowTakeAway row={row} />
          <PinButton row={row} />
          <EnlargeButton row={row} />
        </div>
      </header>
      {visible && (
        <>
          <Panels {...props} />
          <GridLabels {...names} pictured />
        </>
      )}
    </section>
  )
}

function Panels({ row, names: { labels }, extents }: Props): JSX.Element {
  const { chosenMoments, sources } = useStore()
  const [{ shape, shareX }] = useControls()
  const { held } = sources.moments
  const column = useColumn(row, held.value, chosenMoments.value, shape, shareX, extents)
  if (column === null) {
    return (
      <>
        {labels.map((_, index) => (
          <figure key={index} class="panel" aria-busy="true" />
        ))}
      </>
    )
  }
  return (
    <>
      {column.shape === 'ridgeline' ? (
        <RidgeFigure column={column} whole={column} labels={labels} large={false} />
      ) : (
        column.panels.map((panel, index) => (
          <PanelFigure
            key={index}
            column={column}
            panel={panel}
            index={index}
            label={labels[index] ?? ''}
          />
        ))
      )}
      <ColumnAxis x={column.x} />
    </>
  )
}
