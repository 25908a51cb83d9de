import type { JSX } from 'preact'

import { formatPlace } from '../model/format'
import { finiteExtent } from '../model/extent'
import { useControls, useStore } from './context'
import { Range } from './fields'

// So that the arrow keys cross a long training in a bearable time.
const N_STOPS = 500

/** The step that all views show or mark; at its right end, the last step of each run. */
export function StepSlider(): JSX.Element | null {
  const { shownRuns } = useStore()
  const [{ step }, set] = useControls()
  const range = finiteExtent(shownRuns.value.map((run) => [run.first_step, run.last_step]))
  if (range === null || range[0] === range[1]) return null
  const [low, high] = range
  const stop = Math.max(1, Math.round((high - low) / N_STOPS))
  // The end must be among the stops.
  const end = low + Math.ceil((high - low) / stop) * stop
  return (
    <Range
      label="Step"
      low={low}
      high={end}
      step={stop}
      value={step ?? end}
      text={step === null ? 'last' : formatPlace('step', step)}
      set={(value) => {
        set({ step: value >= high ? null : value })
      }}
    />
  )
}
