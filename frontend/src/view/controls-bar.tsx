import type { JSX } from 'preact'

import type { Grouping } from '../model/controls'
import { filter, grouper } from '../model/filter'
import { useControls, useStore } from './context'
import { Pattern, Select, type Option } from './fields'
import { NARROW, useMedia } from './media'
import { StepSlider } from './step-slider'
import { VIEW_PARTS } from './views'

const GROUPINGS: readonly Option<Grouping>[] = [
  { value: 'kernel', title: 'kernel' },
  { value: 'group', title: 'group' },
  { value: 'layer', title: 'layer' },
  { value: 'role', title: 'role' },
  { value: 'pattern', title: 'own regex' },
]

/** What all views share, then what the current one adds; folded where the page is narrow. */
export function ControlsBar(): JSX.Element {
  const narrow = useMedia(NARROW)
  const controls = <Fields />
  return narrow ? (
    <details class="controls-panel">
      <summary>Controls</summary>
      {controls}
    </details>
  ) : (
    controls
  )
}

function Fields(): JSX.Element {
  const [{ view, kernelFilter, groupBy, groupPattern, order }, set] = useControls()
  const { overview } = useStore()
  const { Controls } = VIEW_PARTS[view]
  // What is said is about every kernel at the end of its run.
  const isDrawn = view !== 'findings'
  const hasTarget = overview.value?.kernels.some(({ target }) => target !== null) === true
  return (
    <div class="controls" role="group" aria-label="Controls">
      <Pattern
        label="Filter kernels"
        hideLabel
        placeholder="Filter kernels (regex)"
        value={kernelFilter}
        fault={filter(kernelFilter).fault}
        set={(value) => {
          set({ kernelFilter: value })
        }}
      />
      {isDrawn && (
        <Select
          label="Group by"
          value={groupBy}
          options={GROUPINGS}
          set={(value) => {
            set({ groupBy: value })
          }}
        />
      )}
      {isDrawn && groupBy === 'pattern' && (
        <Pattern
          label="Regex with a capture group"
          hideLabel
          placeholder="(layer\d+)/"
          value={groupPattern}
          fault={grouper(groupPattern).fault}
          set={(value) => {
            set({ groupPattern: value })
          }}
        />
      )}
      {isDrawn && hasTarget && view !== 'overview' && (
        <Select
          label="Order"
          value={order}
          options={[
            { value: 'model', title: 'as in the model' },
            { value: 'target', title: 'furthest from target first' },
          ]}
          set={(value) => {
            set({ order: value })
          }}
        />
      )}
      {Controls !== undefined && <Controls />}
      {isDrawn && <StepSlider />}
    </div>
  )
}
