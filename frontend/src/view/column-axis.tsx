import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import type { Interval } from '../model/extent'
import { palette } from '../model/palette'
import { useStore } from './context'
import { drawColumnAxis } from './distribution-drawing'
import { Plot, type Drawing } from './plot'

/** The axis that all panels or ridges of a column share. */
export function ColumnAxis({ x }: { readonly x: Interval | null }): JSX.Element {
  const { theme } = useStore()
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width) {
        if (x !== null) drawColumnAxis(context, x, palette(theme.value), width)
      },
      describe: null,
    }),
    [x, theme.value],
  )
  return <div class="column-axis">{x !== null && <Plot drawing={drawing} />}</div>
}
