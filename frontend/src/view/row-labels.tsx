import type { JSX } from 'preact'

import type { MomentAxis } from '../model/moments'
import type { RunInfo } from '../model/overview'
import { useStore } from './context'
import { RunSwatch } from './run-swatch'

export interface RowNames {
  readonly axis: MomentAxis
  readonly labels: readonly string[]
  /** The strips below each label; none where runs lie on each other. */
  readonly runs: readonly RunInfo[]
}

/** The labels of the grid's rows, as high as a column; in the picture of a single one beside it. */
export function GridLabels({
  pictured,
  ...labels
}: RowNames & { readonly pictured: boolean }): JSX.Element {
  return (
    <div class={`row-labels ${pictured ? 'picture-only' : ''}`} aria-hidden={pictured}>
      <div class="kernel-heading" />
      <RowLabels {...labels} />
      <div class="column-axis">norm</div>
    </div>
  )
}

/** The moments beside their panels or ridges. */
export function RowLabels({ axis, labels, runs }: RowNames): JSX.Element {
  const { runStyles } = useStore()
  return (
    <>
      {labels.map((label, i) => (
        <div key={i} class="row-label">
          <p>
            <span>{axis}</span> {label}
          </p>
          {runs.map((run) => (
            <p key={run.id} class="strip" title={run.name}>
              <RunSwatch style={runStyles.value.get(run.id)} /> {run.name}
            </p>
          ))}
        </div>
      ))}
    </>
  )
}
