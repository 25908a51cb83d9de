import type { JSX } from 'preact'

import { foundMoments, momentLabel } from '../model/moments'
import type { KernelInfo } from '../model/overview'
import { useStore } from './context'
import { KernelColumn } from './kernel-column'

/** Rows are moments in training, columns are kernels; the runs lie on each other. */
export function DistributionsView({
  kernels,
}: {
  readonly kernels: readonly KernelInfo[]
}): JSX.Element {
  const { axis, chosenMoments, moments, shownRuns } = useStore()
  const found = foundMoments(moments.value, shownRuns.value)
  const labels = chosenMoments.value.map((moment, row) =>
    momentLabel(axis.value, moment, row, found),
  )
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
          {labels.map((label, row) => (
            <div key={row} class="row-label">
              <span>{axis.value}</span> {label}
            </div>
          ))}
          <div class="column-axis">norm</div>
        </div>
        {kernels.map((kernel) => (
          <KernelColumn key={kernel.id} kernel={kernel} labels={labels} />
        ))}
      </div>
    </>
  )
}
