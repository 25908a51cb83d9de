import type { JSX } from 'preact'

import { withAxis, type Axis } from '../model/controls'
import { hasEpochs } from '../model/curves'
import { useStore } from './context'
import { Choice } from './fields'

const TITLES: Readonly<Record<Axis, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  relative: 'Relative',
  wall: 'Wall time',
}

interface Props {
  readonly axes: readonly Axis[]
  readonly value: Axis
}

/** Along what training is shown. */
export function AxisChoice({ axes, value }: Props): JSX.Element {
  const { controls, overview } = useStore()
  const epochs = overview.value !== null && hasEpochs(overview.value)
  return (
    <Choice
      label="Axis"
      value={value}
      options={axes.map((axis) => ({
        value: axis,
        title: TITLES[axis],
        obstacle: axis === 'epoch' && !epochs ? 'No run says its epoch' : undefined,
      }))}
      set={(axis) => {
        controls.value = withAxis(controls.value, axis)
      }}
    />
  )
}
