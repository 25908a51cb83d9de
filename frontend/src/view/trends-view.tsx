import type { JSX } from 'preact'

import type { KernelSet } from '../model/rows'
import { trendLegend, type Mark } from '../model/trend-words'
import { anyBroken } from '../model/trends'
import { useControls, useStore } from './context'
import { TrendCard } from './trend-card'
import { MAX_OPACITY, MAX_WIDTH, MEAN_WIDTH, RAW_OPACITY } from './trend-drawing'

/** Per row one card. */
export function TrendsView(): JSX.Element {
  const rows = useStore().rows.value
  return (
    <>
      <TrendsLegend rows={rows} />
      <p id="chart-keys" class="hidden">
        Left and right move the crosshair, with shift ten frames, plus and minus zoom, Escape leaves
        the crosshair and then the zoom.
      </p>
      <div class="cards" style={{ '--cards': rows.length }}>
        {rows.map((row) => (
          <TrendCard key={row.key} row={row} />
        ))}
      </div>
    </>
  )
}

/** What is drawn in the charts of the rows. */
export function TrendsLegend({ rows }: { readonly rows: readonly KernelSet[] }): JSX.Element {
  const held = useStore().sources.series.held.value
  const [controls] = useControls()
  const entries = trendLegend(controls, {
    target: rows.some(({ target }) => target !== null),
    broken: rows.some(({ item }) => anyBroken(new Map([[item, held.get(item) ?? new Map()]]))),
  })
  return (
    <ul class="legend" aria-label="Legend">
      {entries.map(({ mark, says }) => (
        <li key={mark}>
          <svg width="22" height="12" aria-hidden="true">
            {SYMBOLS[mark]}
          </svg>{' '}
          {says}
        </li>
      ))}
    </ul>
  )
}

const SYMBOLS: Readonly<Record<Mark, JSX.Element>> = {
  main: line({ 'stroke-width': MEAN_WIDTH + 0.5 }),
  raw: line({ opacity: RAW_OPACITY }),
  max: line({ 'stroke-width': MAX_WIDTH, opacity: MAX_OPACITY }),
  band: <rect width="22" height="12" rx="2" fill="currentColor" opacity="0.2" />,
  reference: line({ 'stroke-dasharray': '5 3' }),
  broken: <path d="M7 2l8 8M15 2l-8 8" stroke="currentColor" stroke-width="2" />,
}

function line(style: Readonly<Record<string, string | number>>): JSX.Element {
  return <line x2="22" y1="6" y2="6" stroke="currentColor" {...style} />
}
