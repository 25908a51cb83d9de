import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import type { KernelSet } from '../model/rows'
import { BAND_SHARE } from '../model/series'
import { edgeMarks, sweptKinds } from '../model/sweep'
import { kindTitle, sweepObstacle } from '../model/sweep-sentence'
import { useStore } from './context'
import { Notice } from './notices'
import { SweepCard } from './sweep-card'
import { KIND_DASHES } from './sweep-drawing'

/** Norm against weight decay, per row one card. */
export function SweepView(): JSX.Element {
  const { rows, shownRuns } = useStore()
  const obstacle = sweepObstacle(shownRuns.value)
  if (obstacle !== null) return <Notice>{obstacle}</Notice>
  return (
    <>
      <SweepLegend rows={rows.value} />
      <div class="cards" style={{ '--cards': rows.value.length }}>
        {rows.value.map((row) => (
          <SweepCard key={row.key} row={row} />
        ))}
      </div>
    </>
  )
}

const SIGNS = [
  ['M0 6h22', 'mean', 'M7 6a4 4 0 1 0 8 0 4 4 0 1 0-8 0'],
  ['M5 6h12M11 0v12', `median and middle ${BAND_SHARE * 100} % of the channels`],
  ['M8 9l3-6 3 6z', 'largest'],
] as const

/** What is drawn in the charts of the rows. */
export function SweepLegend({ rows }: { readonly rows: readonly KernelSet[] }): JSX.Element {
  const { shownRuns, sources } = useStore()
  const held = sources.snapshot.held.value
  const kinds = sweptKinds(held)
  const { isBelow, isLeftOut } = useMemo(
    () => edgeMarks(rows, shownRuns.value, held),
    [rows, shownRuns.value, held],
  )
  return (
    <ul class="legend" aria-label="Legend">
      {SIGNS.map(([path, title, filled]) => (
        <li key={title}>
          <Sign path={path} filled={filled} /> {title}
        </li>
      ))}
      {rows.some(({ target }) => target !== null) && (
        <li>
          <Sign path="M0 6h5m3 0h5m3 0h5" /> target
        </li>
      )}
      {isBelow && (
        <li>
          <Sign path="" filled="M5 1h12l-6 11z" /> below the axis
        </li>
      )}
      {isLeftOut && (
        <li>
          <Sign path="M7 2l8 8m0-8l-8 8" /> not finite or 0
        </li>
      )}
      {kinds.length > 1 &&
        kinds.map((kind, i) => (
          <li key={kind}>
            <Sign path="M0 6h22" dash={KIND_DASHES[i % KIND_DASHES.length]} /> {kindTitle(kind)}
          </li>
        ))}
    </ul>
  )
}

interface SignProps {
  readonly path: string
  readonly filled?: string | undefined
  readonly dash?: readonly number[] | undefined
}

function Sign({ path, filled, dash }: SignProps): JSX.Element {
  return (
    <svg width="22" height="12" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
      <path d={path} fill="none" stroke-dasharray={dash?.join(' ')} />
      <path d={filled} fill="currentColor" />
    </svg>
  )
}
