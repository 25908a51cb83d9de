import type { JSX } from 'preact'

import type { MomentAxis } from '../model/moments'
import type { RunInfo } from '../model/overview'
import { useStore } from './context'
import { RunSwatch } from './run-swatch'

interface Props {
  readonly axis: MomentAxis
  readonly labels: readonly string[]
  /** The strips below each label; none where runs lie on each other. */
  readonly runs: readonly RunInfo[]
}

/** The moments beside their panels or ridges. */
export function RowLabels({ axis, labels, runs }: Props): JSX.Element {
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
