import type { JSX } from 'preact'

import { MEASURES, type Measure } from '../model/controls'
import { foldable } from '../model/heat-map'
import { MEASURE_TITLES } from '../model/measure'
import { useControls, useStore } from './context'
import { Select } from './fields'

/** The controls of Overview. */
export function OverviewControls(): JSX.Element {
  const { overview, sections } = useStore()
  const [{ collapsed, measure }, set] = useControls()
  const hasTarget = overview.value?.kernels.some(({ target }) => target !== null) === true
  const groups = foldable(sections.value)
  const folded = groups.length > 0 && groups.every((name) => collapsed.has(name))
  const obstacle = (one: Measure) =>
    one === 'distance' && !hasTarget ? 'No kernel has a target' : undefined
  return (
    <>
      <Select
        label="Show"
        value={measure}
        options={MEASURES.map((value) => ({
          value,
          title: MEASURE_TITLES[value],
          obstacle: obstacle(value),
        }))}
        set={(value) => {
          set({ measure: value })
        }}
      />
      {groups.length > 0 && (
        <button
          type="button"
          onClick={() => {
            set({ collapsed: new Set(folded ? [] : groups) })
          }}
        >
          {folded ? 'Expand all' : 'Collapse all'}
        </button>
      )}
    </>
  )
}
