import type { JSX } from 'preact'

import { formatNorm } from '../model/format'
import type { KernelSet } from '../model/rows'
import { ALL_RUNS } from '../model/snapshot'
import { sweepPoints } from '../model/sweep'
import { useStore, useWanted } from './context'

/** Norm against weight decay. */
export function SweepView(): JSX.Element {
  const { rows } = useStore()
  return (
    <ul class="sweep">
      {rows.value.map((row) => (
        <Row key={row.key} row={row} />
      ))}
    </ul>
  )
}

function Row({ row }: { readonly row: KernelSet }): JSX.Element {
  const { sources } = useStore()
  useWanted('snapshot', row.item, true)
  const snapshot = sources.snapshot.held.value.get(row.item)?.get(ALL_RUNS)?.value
  const points = snapshot ? sweepPoints(snapshot) : []
  return (
    <li>
      {row.name}: {points.map(({ decay, mean }) => `${decay}: ${formatNorm(mean)}`).join(', ')}
    </li>
  )
}
