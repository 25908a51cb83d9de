import type { JSX } from 'preact'

/** The controls of Sweep. */
export function SweepControls(): JSX.Element | null {
  return null
}
