import type { JSX } from 'preact'

import type { RunStyle } from '../model/run-style'

/** A short piece of the run's line. */
export function RunSwatch({ style }: { readonly style: RunStyle | undefined }): JSX.Element {
  return (
    <svg class="swatch" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true">
      <line
        x1="1"
        x2="21"
        y1="5"
        y2="5"
        stroke={style?.colour}
        stroke-width="3"
        stroke-dasharray={style?.dash.join(' ')}
      />
    </svg>
  )
}
