import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import { count } from '../model/format'
import type { Table } from '../model/table'
import { IconButton } from './fields'
import { Icon } from './icons'
import { PassingButton } from './passing-button'

// More would keep the browser busy for a while, and nobody reads them all.
const N_ROWS = 300

interface Props {
  readonly table: Table
  readonly close: () => void
}

/** A chart's values for those who would rather read them; Escape closes it. */
export function TableDialog({ table, close }: Props): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null)
  const [all, setAll] = useState(false)
  useLayoutEffect(() => {
    ref.current?.showModal()
  }, [])
  const { caption, columns, rows } = table
  const shown = all ? rows : rows.slice(0, N_ROWS)
  return (
    <dialog ref={ref} class="large" aria-label={caption} onClose={close}>
      <header>
        <h2>{caption}</h2>
        <IconButton label="Close" onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </IconButton>
      </header>
      <div class="values" tabIndex={0} role="region" aria-label="Values">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((cells, i) => (
              <tr key={i}>
                {cells.map((cell, j) => (
                  <td key={j} class={typeof cell === 'number' ? 'number' : ''}>
                    {Number.isNaN(cell) ? 'n/a' : String(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length < rows.length && (
          <PassingButton
            next=".values"
            onClick={() => {
              setAll(true)
            }}
          >
            Show all {count(rows.length, 'row')}
          </PassingButton>
        )}
      </div>
    </dialog>
  )
}
