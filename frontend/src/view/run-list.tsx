import type { JSX } from 'preact'

import { withAllRuns, withNoRuns, withRunToggled } from '../model/controls'
import type { RunInfo } from '../model/overview'
import { useStore } from './context'
import { RunSwatch } from './run-swatch'

/** The runs in order of decay, to tick. */
export function RunList({ runs }: { readonly runs: readonly RunInfo[] }): JSX.Element {
  const { controls } = useStore()
  return (
    <>
      <div class="run-actions">
        <span>by weight decay</span>
        <button
          type="button"
          onClick={() => {
            controls.value = withAllRuns(controls.value)
          }}
        >
          All
        </button>
        <button
          type="button"
          onClick={() => {
            controls.value = withNoRuns(controls.value, runs)
          }}
        >
          None
        </button>
      </div>
      <ul class="runs">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </>
  )
}

function RunRow({ run }: { readonly run: RunInfo }): JSX.Element {
  const { controls, runStyles } = useStore()
  return (
    <li>
      <label title={`${run.name}\nweight decay: ${run.label}`}>
        <input
          type="checkbox"
          checked={!controls.value.hidden.has(run.id)}
          onChange={() => {
            controls.value = withRunToggled(controls.value, run.id)
          }}
        />
        <RunSwatch style={runStyles.value.get(run.id)} />
        <span class="name">{run.name}</span>
        <span class="decay">{run.label === 'none' ? 'no decay' : run.label}</span>
      </label>
    </li>
  )
}
