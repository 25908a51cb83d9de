import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { foundRuns, ofRun } from '../model/distributions'
import { momentLabel } from '../model/moments'
import type { Extent } from '../model/panel-axes'
import type { KernelSet } from '../model/rows'
import { ColumnAxis } from './column-axis'
import { useControls, useStore, useWanted } from './context'
import { DistributionsLegend } from './distributions-legend'
import { RidgeFigure } from './ridge-figure'
import { RowLabels } from './row-labels'
import { RunSwatch } from './run-swatch'
import { useColumn } from './use-column'

const SHAPE = 'ridgeline'
const NONE: readonly Extent[] = []

/** One row of kernels along training: ridges of many moments, the runs beside each other. */
export function DistributionsLarge({ row }: { readonly row: KernelSet }): JSX.Element {
  const { largeMoments, momentAxis, momentRuns, runStyles, sources } = useStore()
  const [{ over, yLimits, clip }] = useControls()
  useWanted('ridges', row.item, true)
  const held = sources.ridges.held.value
  const axis = momentAxis.value
  const moments = largeMoments.value
  const column = useColumn(row, held, moments, SHAPE, 'column', NONE)
  const found = foundRuns(row, momentRuns.value, held)
  const columns = useMemo(
    () => new Map(column?.runs.map((run) => [run.id, ofRun(column, run)])),
    [column],
  )
  return (
    <>
      <DistributionsLegend {...{ over, shape: SHAPE, clip, yLimits }} apart={false} />
      <div class="run-ridges" aria-busy={column === null}>
        {column !== null &&
          found.map(({ run, moments: own }) => {
            const labels = moments.map((_, i) => momentLabel(axis, moments, i, [own]))
            const only = columns.get(run.id)
            return (
              <section key={run.id} aria-label={run.name} style={{ '--moments': moments.length }}>
                <h4 title={run.name}>
                  <RunSwatch style={runStyles.value.get(run.id)} /> {run.name}
                </h4>
                <div class="row-labels">
                  <RowLabels axis={axis} labels={labels} runs={[]} />
                </div>
                {only !== undefined && (
                  <RidgeFigure column={only} whole={column} labels={labels} large />
                )}
                <ColumnAxis x={column.x} />
              </section>
            )
          })}
      </div>
    </>
  )
}
