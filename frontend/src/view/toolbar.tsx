import type { JSX } from 'preact'

import { hasEpochs, withAxis, withView, type Axis, type View } from '../model/controls'
import { useStore } from './context'

const VIEWS: readonly (readonly [View, string])[] = [
  ['trends', 'Trends'],
  ['distributions', 'Distributions'],
]
const AXES: readonly (readonly [Axis, string])[] = [
  ['step', 'Step'],
  ['epoch', 'Epoch'],
]

/** The tabs of the views, and the axis. */
export function Toolbar(): JSX.Element {
  const { axis, controls, overview } = useStore()
  const { view } = controls.value
  const epochs = overview.value !== null && hasEpochs(overview.value)
  const showBeside = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    const other = view === 'trends' ? 'distributions' : 'trends'
    controls.value = withView(controls.value, other)
    document.getElementById(`tab-${other}`)?.focus()
  }
  return (
    <div class="toolbar">
      <div class="tabs" role="tablist" aria-label="View" onKeyDown={showBeside}>
        {VIEWS.map(([name, title]) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={view === name}
            aria-controls="view"
            tabIndex={view === name ? 0 : -1}
            onClick={() => {
              controls.value = withView(controls.value, name)
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <fieldset class="axis">
        <legend>Axis</legend>
        {AXES.map(([name, title]) => (
          <label key={name}>
            <input
              type="radio"
              name="axis"
              checked={axis.value === name}
              disabled={name === 'epoch' && !epochs}
              onChange={() => {
                controls.value = withAxis(controls.value, name)
              }}
            />
            <span title={name === 'epoch' && !epochs ? 'No run says its epoch' : undefined}>
              {title}
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  )
}
