import type { JSX } from 'preact'

import { withBaselineToggled, withOnlyRun, withRunToggled } from '../model/controls'
import { formatAge } from '../model/format'
import type { RunInfo } from '../model/overview'
import { useStore } from './context'
import { IconButton } from './fields'
import { Icon } from './icons'
import { RunSwatch } from './run-swatch'

/** One run of the list: tick, line, name and decay, and what else can be done with it. */
export function RunRow({ run }: { readonly run: RunInfo }): JSX.Element {
  const { baseline, controls, overview, runStyles } = useStore()
  const { id, name, label } = run
  const isBaseline = baseline.value?.id === id
  return (
    <li>
      <label title={`${name}\nweight decay: ${label}`}>
        <input
          type="checkbox"
          checked={!controls.value.hidden.has(id)}
          onChange={() => {
            controls.value = withRunToggled(controls.value, id)
          }}
        />
        <RunSwatch style={runStyles.value.get(id)} />
        <span class="name">{name}</span>
        <span class="decay">
          {label === 'none' ? 'no decay' : label}
          <Liveness run={run} />
        </span>
      </label>
      <IconButton
        label={`Show only ${name}`}
        onClick={() => {
          controls.value = withOnlyRun(controls.value, overview.value?.runs ?? [], id)
        }}
      >
        <Icon name="only" />
      </IconButton>
      <IconButton
        label={isBaseline ? `${name} is the baseline` : `Compare with ${name}`}
        pressed={isBaseline}
        onClick={() => {
          controls.value = withBaselineToggled(controls.value, id)
        }}
      >
        <Icon name="star" filled={isBaseline} />
      </IconButton>
    </li>
  )
}

/** Whether the run is being written to, or stopped while others go on. */
function Liveness({ run }: { readonly run: RunInfo }): JSX.Element | null {
  const { now, overview } = useStore()
  if (run.growing) return <span class="live" role="img" aria-label="being written" />
  if (overview.value?.runs.some(({ growing }) => growing) !== true) return null
  // Its second hand is of no interest: the list need not be drawn anew for it.
  return <span class="stale"> · stopped {formatAge(now.peek() - run.last_wall_time_s)} ago</span>
}
