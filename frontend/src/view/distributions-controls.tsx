import type { JSX } from 'preact'

import { MAX_BINS, type Over, type Shape, type Sharing } from '../model/controls'
import { AxisChoice } from './axis-choice'
import { useControls, useStore } from './context'
import { Select, Toggle, type Option } from './fields'
import { LimitsField, NumberField } from './number-field'

const OVERS: readonly Option<Over>[] = [
  { value: 'channels', title: 'channels' },
  { value: 'batches', title: 'batches of an epoch' },
]
const SHAPES: readonly Option<Shape>[] = [
  { value: 'histogram', title: 'histogram' },
  { value: 'density', title: 'density' },
  { value: 'ridgeline', title: 'ridgeline' },
]
const SHARINGS: readonly Option<Sharing>[] = [
  { value: 'column', title: 'per column' },
  { value: 'row', title: 'per row' },
  { value: 'all', title: 'one for all' },
  { value: 'none', title: 'each its own' },
]
const RIDGES = 'Ridges of a column lie on one axis'

/** The controls of Distributions. */
export function DistributionsControls(): JSX.Element {
  const { momentAxis } = useStore()
  const [{ over, shape, bins, shareX, xLimits, yLimits, clip }, set] = useControls()
  return (
    <>
      {over === 'channels' && <AxisChoice axes={['step', 'epoch']} value={momentAxis.value} />}
      <Select
        label="Over"
        value={over}
        options={OVERS}
        set={(value) => {
          set({ over: value })
        }}
      />
      <Select
        label="Shape"
        value={shape}
        options={SHAPES}
        set={(value) => {
          set({ shape: value })
        }}
      />
      {shape === 'histogram' && (
        <NumberField
          label="Bins"
          value={bins}
          low={1}
          high={MAX_BINS}
          set={(value) => {
            set({ bins: value })
          }}
        />
      )}
      <Select
        label="Norm axis"
        value={shareX}
        options={SHARINGS.map((option) => {
          const apart = option.value === 'row' || option.value === 'none'
          return { ...option, obstacle: apart && shape === 'ridgeline' ? RIDGES : undefined }
        })}
        set={(value) => {
          set({ shareX: value })
        }}
      />
      <LimitsField
        label="Norm"
        value={xLimits}
        set={(value) => {
          set({ xLimits: value })
        }}
      />
      <LimitsField
        label="Density"
        value={yLimits}
        set={(value) => {
          set({ yLimits: value })
        }}
      />
      <Toggle
        label="Cut high peaks"
        value={clip}
        set={(value) => {
          set({ clip: value })
        }}
      />
    </>
  )
}
