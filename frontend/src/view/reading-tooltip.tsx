import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import type { Axis } from '../model/controls'
import { formatNorm, formatPlace } from '../model/format'
import type { Reading } from '../model/tooltip'
import { useStore } from './context'
import { RunSwatch } from './run-swatch'

const GAP = 14
const ROWS_PER_COLUMN = 18

interface Props {
  readonly reading: Reading
  readonly axis: Axis
  /** The pointer, in CSS pixels of the window. */
  readonly x: number
  readonly y: number
}

/** The values of all runs at one place, beside the pointer and inside the window. */
export function ReadingTooltip({ reading, axis, x, y }: Props): JSX.Element {
  const { runStyles } = useStore()
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const box = ref.current
    if (box === null) return
    const { offsetWidth: width, offsetHeight: height } = box
    const left = x + GAP + width <= innerWidth ? x + GAP : x - GAP - width
    const top = Math.min(y + GAP, innerHeight - height - 4)
    box.style.left = `${Math.max(4, left)}px`
    box.style.top = `${Math.max(4, top)}px`
  })
  const columns = Math.ceil(reading.values.length / ROWS_PER_COLUMN)
  const rows = Math.ceil(reading.values.length / columns)
  return (
    <div class="tooltip" role="tooltip" ref={ref}>
      <p>
        {axis} {formatPlace(axis, reading.place)}
      </p>
      <div class="readings">
        {Array.from({ length: columns }, (_, column) => (
          <table key={column}>
            <thead>
              <tr>
                <th />
                <th>run</th>
                <th class="number">mean</th>
                <th class="number">max</th>
              </tr>
            </thead>
            <tbody>
              {reading.values.slice(column * rows, (column + 1) * rows).map((values) => (
                <tr key={values.run.id}>
                  <td>
                    <RunSwatch style={runStyles.value.get(values.run.id)} />
                  </td>
                  <td class="name">{values.run.name}</td>
                  <td class="number">{formatNorm(values.mean)}</td>
                  <td class="number">{formatNorm(values.max)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </div>
  )
}
