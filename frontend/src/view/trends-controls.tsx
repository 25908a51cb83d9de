import type { JSX } from 'preact'

import { AXES } from '../model/controls'
import { AxisChoice } from './axis-choice'
import { useStore } from './context'

/** The controls of Trends. */
export function TrendsControls(): JSX.Element {
  const { axis } = useStore()
  return <AxisChoice axes={AXES} value={axis.value} />
}
