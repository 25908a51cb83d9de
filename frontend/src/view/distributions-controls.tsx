import type { JSX } from 'preact'

import { momentAxis } from '../model/moments'
import { AxisChoice } from './axis-choice'
import { useStore } from './context'

/** The controls of Distributions. */
export function DistributionsControls(): JSX.Element {
  const { axis } = useStore()
  return <AxisChoice axes={['step', 'epoch']} value={momentAxis(axis.value)} />
}
