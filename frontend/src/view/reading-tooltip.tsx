import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import { count, formatNorm } from '../model/format'
import type { Reading, RunValues } from '../model/tooltip'
import { useStore } from './context'
import { RunSwatch } from './run-swatch'

const GAP = 14
const ROW_HEIGHT = 21
const COLUMN_WIDTH = 330
const FRAME_HEIGHT = 90

interface Props {
  /** The place that is read. */
  readonly title: string
  readonly reading: Reading
  /** The pointer, in CSS pixels of the window. */
  readonly x: number
  readonly y: number
}

/** The values of all runs at one place, beside the pointer and inside the window. */
export function ReadingTooltip({ title, reading, x, y }: Props): JSX.Element {
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
  const { shown, columns } = fit(reading.values)
  const rows = Math.ceil(shown.length / columns)
  return (
    <div class="tooltip" role="tooltip" ref={ref}>
      <p>{title}</p>
      <div class="readings">
        {Array.from({ length: columns }, (_, column) => (
          <table key={column}>
            <thead>
              <tr>
                <th />
                <th>run</th>
                {reading.columns.map((name) => (
                  <th key={name} class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.slice(column * rows, (column + 1) * rows).map((values) => (
                <tr key={values.run.id}>
                  <td>
                    <RunSwatch style={runStyles.value.get(values.run.id)} />
                  </td>
                  <td class="name">{values.run.name}</td>
                  {values.numbers.map((value, i) => (
                    <td key={i} class="number">
                      {formatNorm(value)}
                    </td>
                  ))}
                  {values.remark !== undefined && <td>{values.remark}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      {shown.length < reading.values.length && (
        <p>and {count(reading.values.length - shown.length, 'more run')}</p>
      )}
    </div>
  )
}

/** As many of the largest as the window holds, in as few columns as possible. */
function fit(values: readonly RunValues[]): {
  readonly shown: readonly RunValues[]
  readonly columns: number
} {
  const rows = Math.max(4, Math.floor((innerHeight / 2 - FRAME_HEIGHT) / ROW_HEIGHT))
  const room = Math.max(1, Math.floor(innerWidth / COLUMN_WIDTH))
  const columns = Math.min(room, Math.ceil(values.length / rows))
  return { shown: values.slice(0, columns * rows), columns }
}
