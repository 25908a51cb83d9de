import type { JSX } from 'preact'

import { heldFindings, MARKS, verdictCounts } from '../model/findings'
import { placeInWords } from '../model/format'
import { heatColour, type ColourScale } from '../model/heat-colours'
import { formatCell, MEASURE_TITLES } from '../model/measure'
import { useControls, useStore } from './context'

const N_STOPS = 30

/** What the colours say. */
export function HeatLegend({ scale }: { readonly scale: ColourScale }): JSX.Element {
  const { kind, places, beyond } = scale
  const { baseline, theme } = useStore()
  const [{ measure, step }] = useControls()
  const stops = Array.from({ length: N_STOPS }, (_, i) =>
    heatColour(kind, i / (N_STOPS - 1), theme.value),
  )
  return (
    <p class="legend heat-legend">
      <span>
        {MEASURE_TITLES[measure]}
        {measure === 'ratio' && ` ${baseline.value?.name ?? ''}`} at {placeInWords(step)}
      </span>
      <span class="ramp">
        <span>
          {stops.map((colour, i) => (
            <i key={i} style={{ background: colour }} />
          ))}
        </span>
        {places.map((place, i) => (
          <small key={i}>
            {i === 0 && beyond[0] && '≤ '}
            {i === 2 && beyond[1] && '≥ '}
            {formatCell(measure, place)}
          </small>
        ))}
      </span>
      <Marks />
    </p>
  )
}

/** The symbols of the verdicts that there are. */
function Marks(): JSX.Element | null {
  const { overview, sources } = useStore()
  const found = heldFindings(sources.findings.held.value, overview.value)
  if (found === null) return null
  return (
    <span>
      {verdictCounts(found.runs)
        .map(({ name }) => `${MARKS[name]} ${name}`)
        .join('   ')}
    </span>
  )
}
