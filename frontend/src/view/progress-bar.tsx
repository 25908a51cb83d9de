import type { JSX } from 'preact'

import { useStore } from './context'

/** A thin bar above everything while much is to come; it hides while little is. */
export function ProgressBar(): JSX.Element | null {
  const { busy, overview, progress } = useStore()
  if (!busy.value) return null
  // How long the first answer takes, nobody knows.
  const known = overview.value !== null && progress.value > 0
  return (
    <div class="progress">
      <progress aria-label="Loading" max="1" {...(known && { value: progress.value })} />
    </div>
  )
}
