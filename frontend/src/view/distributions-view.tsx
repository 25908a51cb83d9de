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
  const labels = useSame(moments.map((_, i) => momentLabel(axis, moments, i, found)))
  const extents = useExtents(labels.length)
  const left = shownRuns.value.length - runs.length
  const apart = over === 'batches' && runs.length > 1
  const names = useMemo(
    () => ({ axis, labels, runs: apart ? runs : [] }),
    [axis, labels, apart, runs],
  )
  // What a column shows of the controls it finds itself: most of them are out of sight.
  const columns = useMemo(
    () =>
      rows.value.map((row) => (
        <KernelColumn key={row.key} row={row} names={names} extents={extents} />
      )),
    [rows.value, names, extents],
  )
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
          {columns}
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
  const extents = useMemo(() => {
    if (!shared) return NONE
    const found = rows.value.flatMap((row) => foundRuns(row, momentRuns.value, held))
    return momentExtents(found, nMoments)
  }, [shared, rows.value, momentRuns.value, held, nMoments])
  return useSame(extents)
}

/** The same object while its content is the same: what came of one column leaves the others as drawn. */
function useSame<T>(value: T): T {
  return useMemo(() => value, [JSON.stringify(value)])
}
