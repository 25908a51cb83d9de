import type { JSX } from 'preact'

import { foundMoments, momentAxis, momentLabel } from '../model/moments'
import { useStore } from './context'
import { KernelColumn } from './kernel-column'

/** Rows are moments in training, columns are kernels; the runs lie on each other. */
export function DistributionsView(): JSX.Element {
  const store = useStore()
  const { chosenMoments, rows, shownRuns, sources } = store
  const axis = momentAxis(store.axis.value)
  const found = foundMoments(sources.moments.held.value, shownRuns.value)
  const labels = chosenMoments.value.map((moment, i) => momentLabel(axis, moment, i, found))
  return (
    <>
      <ul class="legend" aria-label="Legend">
        <li>
          <svg width="22" height="12" aria-hidden="true">
            <path
              d="M1 12 V8 H6 V2 H11 V5 H16 V9 H21 V12"
              fill="currentColor"
              fill-opacity="0.2"
              stroke="currentColor"
            />
          </svg>{' '}
          how the channels are spread over the norms
        </li>
        <li>
          <svg width="10" height="8" aria-hidden="true">
            <path d="M5 0 L10 8 H0 Z" fill="currentColor" />
          </svg>{' '}
          mean
        </li>
      </ul>
      <div class="grid" tabIndex={0} role="region" aria-label="Distributions of channel norms">
        <div class="row-labels">
          <div class="kernel-heading" />
          {labels.map((label, i) => (
            <div key={i} class="row-label">
              <span>{axis}</span> {label}
            </div>
          ))}
          <div class="column-axis">norm</div>
        </div>
        {rows.value.map((row) => (
          <KernelColumn key={row.key} row={row} labels={labels} />
        ))}
      </div>
    </>
  )
}
