import type { JSX } from 'preact'

import { AXES, MAX_SMOOTHING, type Band, type Relation, type Statistic } from '../model/controls'
import { hasReplicates } from '../model/curves'
import { hasBand } from '../model/series'
import { AxisChoice } from './axis-choice'
import { useControls, useStore } from './context'
import { Range, Select, Toggle, type Option } from './fields'
import { PassingButton } from './passing-button'

const STATISTICS: readonly Option<Statistic>[] = [
  { value: 'mean', title: 'mean and max' },
  { value: 'max', title: 'max' },
  { value: 'median', title: 'median' },
  { value: 'total', title: 'total norm' },
  { value: 'std', title: 'std' },
]
const BANDS: readonly Option<Band>[] = [
  { value: 'none', title: 'none' },
  { value: 'quantiles', title: 'quantiles' },
  { value: 'minmax', title: 'min–max' },
]

/** The controls of Trends. */
export function TrendsControls(): JSX.Element {
  const { axis, overview } = useStore()
  const [controls, set] = useControls()
  const { statistic, band, relation, seeds, logY, smoothing, zoom } = controls
  const known = overview.value
  const noTarget = known?.kernels.every(({ target }) => target === null) === true
  const relations: readonly Option<Relation>[] = [
    { value: 'none', title: 'nothing' },
    { value: 'start', title: 'start' },
    { value: 'baseline', title: 'baseline' },
    { value: 'target', title: 'target', obstacle: noTarget ? 'No kernel has one' : undefined },
  ]
  return (
    <>
      <AxisChoice axes={AXES} value={axis.value} />
      <Select
        label="Show"
        value={statistic}
        options={STATISTICS}
        set={(value) => {
          set({ statistic: value })
        }}
      />
      <Select
        label="Relative to"
        value={relation}
        options={relations}
        set={(value) => {
          set({ relation: value })
        }}
      />
      {seeds === 'each' && hasBand(controls) && (
        <Select
          label="Band"
          value={band}
          options={BANDS}
          set={(value) => {
            set({ band: value })
          }}
        />
      )}
      {known !== null && (hasReplicates(known) || seeds === 'merge') && (
        <Toggle
          label="Merge seeds"
          value={seeds === 'merge'}
          set={(value) => {
            set({ seeds: value ? 'merge' : 'each' })
          }}
        />
      )}
      {relation !== 'target' && (
        <Toggle
          label="Log y"
          value={logY}
          set={(value) => {
            set({ logY: value })
          }}
        />
      )}
      <Range
        label="Smoothing"
        low={0}
        high={MAX_SMOOTHING}
        step={0.001}
        value={smoothing}
        text={smoothing.toFixed(2)}
        set={(value) => {
          set({ smoothing: value })
        }}
      />
      {zoom !== null && (
        <PassingButton
          next=".controls .range input"
          onClick={() => {
            set({ zoom: null })
          }}
        >
          Reset zoom
        </PassingButton>
      )}
    </>
  )
}
