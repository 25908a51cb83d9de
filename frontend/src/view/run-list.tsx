import type { JSX } from 'preact'

import { withoutRuns, withRuns } from '../model/controls'
import { filter } from '../model/filter'
import { useControls, useStore } from './context'
import { Pattern } from './fields'
import { RunRow } from './run-row'

/** The runs in order of decay, to filter and to tick. */
export function RunList(): JSX.Element {
  const { controls, listedRuns } = useStore()
  const [{ runFilter }, set] = useControls()
  const runs = listedRuns.value
  return (
    <>
      <Pattern
        label="Filter runs"
        hideLabel
        placeholder="Filter runs (regex)"
        value={runFilter}
        fault={filter(runFilter).fault}
        set={(value) => {
          set({ runFilter: value })
        }}
      />
      <div class="run-actions">
        <span>by weight decay</span>
        <button
          type="button"
          onClick={() => {
            controls.value = withRuns(controls.value, runs)
          }}
        >
          All
        </button>
        <button
          type="button"
          onClick={() => {
            controls.value = withoutRuns(controls.value, runs)
          }}
        >
          None
        </button>
      </div>
      {runs.length === 0 && <p class="remark">No run matches.</p>}
      <ul class="runs">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </>
  )
}
