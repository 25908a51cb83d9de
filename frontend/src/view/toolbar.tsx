import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import { VIEWS } from '../model/controls'
import { formatAge } from '../model/format'
import { useControls, usePage, useStore } from './context'
import { IconButton } from './fields'
import { Icon } from './icons'
import { SettingsMenu } from './settings-menu'
import { ViewTakeAway } from './take-away'
import { VIEW_PARTS } from './views'

/** The tabs of the views, how fresh the data are, and the settings. */
export function Toolbar(): JSX.Element {
  const { reload } = usePage()
  return (
    <div class="toolbar">
      <Tabs />
      <div class="tools">
        <LastStep />
        <IconButton label="Reload" onClick={reload}>
          <Icon name="reload" />
        </IconButton>
        <ViewTakeAway />
        <SettingsMenu />
      </div>
    </div>
  )
}

function Tabs(): JSX.Element {
  const [{ view }, set] = useControls()
  useEffect(() => {
    document.getElementById(`tab-${view}`)?.scrollIntoView({ block: 'nearest' })
  }, [view])
  const showBeside = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined) return
    const next = VIEWS.at((VIEWS.indexOf(view) + by) % VIEWS.length) ?? view
    set({ view: next })
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="View" onKeyDown={showBeside}>
      {VIEWS.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={view === name}
          aria-controls="view"
          tabIndex={view === name ? 0 : -1}
          onClick={() => {
            set({ view: name })
          }}
        >
          {VIEW_PARTS[name].title}
        </button>
      ))}
    </div>
  )
}

/** How long ago any run logged its last step. */
function LastStep(): JSX.Element {
  const { now, overview } = useStore()
  const runs = overview.value?.runs ?? []
  const latest = Math.max(...runs.map((run) => run.last_wall_time_s))
  const growing = runs.some((run) => run.growing)
  return (
    <span class="last-step">
      {growing && <span class="live" aria-hidden="true" />}
      last step {formatAge(now.value - latest)} ago
    </span>
  )
}
