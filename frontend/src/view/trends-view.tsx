import type { JSX } from 'preact'

import { BAND_SHARE } from '../model/series'
import { useStore } from './context'
import { TrendCard } from './trend-card'
import { MAX_OPACITY, MAX_WIDTH, MEAN_WIDTH } from './trend-drawing'

/** Per row one card. */
export function TrendsView(): JSX.Element {
  const rows = useStore().rows.value
  return (
    <>
      <TrendsLegend hasTarget={rows.some(({ target }) => target !== null)} />
      <div class="cards">
        {rows.map((row) => (
          <TrendCard key={row.key} row={row} />
        ))}
      </div>
    </>
  )
}

function TrendsLegend({ hasTarget }: { readonly hasTarget: boolean }): JSX.Element {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <LegendLine width={MEAN_WIDTH + 0.5} /> mean of the channel norms
      </li>
      <li>
        <LegendLine width={MAX_WIDTH} opacity={MAX_OPACITY} /> largest
      </li>
      <li>
        <svg width="22" height="12" aria-hidden="true">
          <rect width="22" height="12" rx="2" fill="currentColor" opacity="0.2" />
        </svg>{' '}
        middle {BAND_SHARE * 100} % of the channels
      </li>
      {hasTarget && (
        <li>
          <svg width="22" height="12" aria-hidden="true">
            <line x2="22" y1="6" y2="6" stroke="currentColor" stroke-dasharray="5 3" />
          </svg>{' '}
          target
        </li>
      )}
    </ul>
  )
}

function LegendLine(props: { readonly width: number; readonly opacity?: number }): JSX.Element {
  return (
    <svg width="22" height="12" aria-hidden="true">
      <line
        x2="22"
        y1="6"
        y2="6"
        stroke="currentColor"
        stroke-width={props.width}
        opacity={props.opacity ?? 1}
      />
    </svg>
  )
}
