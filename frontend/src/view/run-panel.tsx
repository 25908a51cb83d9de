import type { JSX } from 'preact'

import type { Overview } from '../model/overview'
import { useStore } from './context'
import { NARROW, useMedia } from './media'
import { RunList } from './run-list'

/** The run list: beside the charts, or folded above them where the page is narrow. */
export function RunPanel({ overview: { runs } }: { readonly overview: Overview }): JSX.Element {
  const { controls, listedRuns } = useStore()
  const narrow = useMedia(NARROW)
  const ticked = listedRuns.value.filter(({ id }) => !controls.value.hidden.has(id)).length
  const title = (
    <>
      Runs{' '}
      <small>
        {ticked} of {runs.length}
      </small>
    </>
  )
  return narrow ? (
    <details class="run-panel">
      <summary>{title}</summary>
      <RunList />
    </details>
  ) : (
    <aside class="run-panel" aria-label="Runs">
      <h2>{title}</h2>
      <RunList />
    </aside>
  )
}
