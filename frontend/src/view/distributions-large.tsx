import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { distributionColumn, foundRuns, ofRun } from '../model/distributions'
import { momentLabel } from '../model/moments'
import type { KernelSet } from '../model/rows'
import { ColumnAxis } from './column-axis'
import { useControls, useStore, useWanted } from './context'
import { DistributionsLegend } from './distributions-legend'
import { RidgeFigure } from './ridge-figure'
import { RowLabels } from './row-labels'
import { RunSwatch } from './run-swatch'

const SHAPE = 'ridgeline'
const SHARING = 'column'

/** One row of kernels along training: ridges of many moments, the runs beside each other. */
export function DistributionsLarge({ row }: { readonly row: KernelSet }): JSX.Element {
  const { largeMoments, momentAxis, momentRuns, runStyles, sources } = useStore()
  const [{ over, bins, xLimits, yLimits, clip }] = useControls()
  useWanted('ridges', row.item, true)
  const held = sources.ridges.held.value
  const runs = momentRuns.value
  const axis = momentAxis.value
  const moments = largeMoments.value
  const column = useMemo(() => {
    const options = { over, shape: SHAPE, bins, shareX: SHARING, xLimits, yLimits, clip } as const
    return distributionColumn(row, runs, held, axis, moments, options, [])
  }, [row, runs, held.get(row.item), axis, moments, over, bins, xLimits, yLimits, clip])
  const found = foundRuns(row, runs, held)
  const columns = useMemo(
    () => (column === null ? [] : found.map(({ run }) => ofRun(column, run))),
    [column],
  )
  return (
    <>
      <DistributionsLegend {...{ over, shape: SHAPE, clip, yLimits }} apart={false} />
      <div class="run-ridges" aria-busy={column === null}>
        {column !== null &&
          found.map(({ run, moments: own }, i) => {
            const labels = moments.map((_, i) => momentLabel(axis, moments, i, [own]))
            const only = columns[i]
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
