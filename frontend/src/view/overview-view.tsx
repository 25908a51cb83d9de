import type { JSX } from 'preact'

import { formatNorm } from '../model/format'
import { rowValues } from '../model/heat-map'
import type { KernelSet } from '../model/rows'
import { useStore, useWanted } from './context'

/** Kernels × runs at one step. */
export function OverviewView(): JSX.Element {
  const { sections, shownRuns } = useStore()
  return (
    <table class="heat-map">
      <thead>
        <tr>
          <th>kernel</th>
          {shownRuns.value.map(({ id, name }) => (
            <th key={id}>{name}</th>
          ))}
        </tr>
      </thead>
      {sections.value.map(({ whole, rows }) => (
        <tbody key={whole.key}>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function Row({ row }: { readonly row: KernelSet }): JSX.Element {
  const { shownRuns, snapshotQuery, sources } = useStore()
  useWanted('snapshot', row.item, true)
  const [column] = snapshotQuery.value.columns
  const values =
    column === undefined ? [] : rowValues(row, shownRuns.value, sources.snapshot.held.value, column)
  return (
    <tr>
      <th>{row.name}</th>
      {values.map((value, i) => (
        <td key={i}>{formatNorm(value)}</td>
      ))}
    </tr>
  )
}
