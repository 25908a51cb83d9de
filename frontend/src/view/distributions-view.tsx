import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { foundRuns } from '../model/distributions'
import { count } from '../model/format'
import { foundMoments, momentLabel } from '../model/moments'
import { momentExtents, sharingInForce, type Extent } from '../model/panel-axes'
import { useControls, useStore } from './context'
import { DistributionsLegend } from './distributions-legend'
import { KernelColumn } from './kernel-column'
import { moveFocus } from './panel-focus'
import { GridLabels } from './row-labels'

/** Rows are moments in training, columns are kernels; the runs lie on each other. */
export function DistributionsView(): JSX.Element {
  const store = useStore()
  const [controls, set] = useControls()
  const { over, shape } = controls
  const { chosenMoments, momentRuns, rows, shownRuns, sources } = store
  const runs = momentRuns.value
  const axis = store.momentAxis.value
  const moments = chosenMoments.value
  const found = foundMoments(sources.moments.held.value, runs)
  const labels = moments.map((_, i) => momentLabel(axis, moments, i, found))
  const extents = useExtents(labels.length)
  const left = shownRuns.value.length - runs.length
  const apart = over === 'batches' && runs.length > 1
  const names = { axis, labels, runs: apart ? runs : [] }
  return (
    <>
      {left > 0 && (
        <p class="remark">
          {count(left, 'run')} left out: without the epoch, it is not known which batches belong
          together.
        </p>
      )}
      {runs.length > 0 && <DistributionsLegend {...controls} apart={apart} />}
      {runs.length > 0 && (
        <div
          class={`grid ${shape} ${apart ? 'apart' : ''}`}
          style={{ '--strips': apart ? runs.length : 1, '--moments': labels.length }}
          tabIndex={0}
          role="region"
          aria-label="Distributions of channel norms"
          onKeyDown={(event) => {
            moveFocus(event, (large) => {
              set({ large })
            })
          }}
        >
          <GridLabels {...names} pictured={false} />
          {rows.value.map((row) => (
            <KernelColumn key={row.key} row={row} names={names} extents={extents} />
          ))}
        </div>
      )}
    </>
  )
}

const NONE: readonly Extent[] = []

/** Where columns share axes, the extents of the grid's rows, of what is held. */
function useExtents(nMoments: number): readonly Extent[] {
  const { momentRuns, rows, sources } = useStore()
  const [controls] = useControls()
  const sharing = sharingInForce(controls)
  const shared = sharing === 'row' || sharing === 'all'
  const held = sources.moments.held.value
  const key = useMemo(() => {
    if (!shared) return null
    const found = rows.value.flatMap((row) => foundRuns(row, momentRuns.value, held))
    return JSON.stringify(momentExtents(found, nMoments))
  }, [shared, rows.value, momentRuns.value, held, nMoments])
  // The same object while they are the same: what came of one column leaves the others as drawn.
  return useMemo(() => (key === null ? NONE : (JSON.parse(key) as readonly Extent[])), [key])
}
