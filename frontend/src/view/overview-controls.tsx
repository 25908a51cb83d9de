import type { JSX } from 'preact'

/** The controls of Overview. */
export function OverviewControls(): JSX.Element | null {
  return null
}
