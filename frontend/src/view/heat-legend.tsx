import type { JSX, RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { heldFindings, MARKS, verdictsOf } from '../model/findings'
import { placeInWords } from '../model/format'
import { heatColour, type ColourScale } from '../model/heat-colours'
import { lack } from '../model/heat-map'
import { formatCell, MEASURE_TITLES } from '../model/measure'
import type { RunInfo } from '../model/overview'
import type { KernelSet } from '../model/rows'
import { useControls, useStore } from './context'

const N_STOPS = 30

interface Props {
  readonly scale: ColourScale
  readonly cells: readonly {
    readonly row: KernelSet
    readonly run: RunInfo
    readonly value: number
  }[]
  /** What has the cells. */
  readonly table: RefObject<HTMLTableElement | null>
}

/** What the colours say. */
export function HeatLegend({ scale, cells, table }: Props): JSX.Element {
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
      <Marks cells={cells} table={table} />
    </p>
  )
}

/** The symbols of the verdicts that cells show. */
function Marks({ cells, table }: Omit<Props, 'scale'>): JSX.Element | null {
  const { baseline, overview, sources } = useStore()
  const [{ measure, step }] = useControls()
  const room = useRoom(table)
  const found = heldFindings(sources.findings.held.value, overview.value)
  if (found === null || room === 'number') return null
  const marked = cells.filter(({ row, run, value }) =>
    Number.isFinite(value)
      ? room === 'all'
      : lack(row, run, measure, baseline.value, step) === null,
  )
  return (
    <span>
      {verdictsOf(found, marked, step)
        .map((name) => `${MARKS[name]} ${name}`)
        .join('   ')}
    </span>
  )
}

/** What cells have room for, as heat-map.css says; with `none`, they mark what is broken. */
function useRoom(table: Props['table']): string {
  const last = useStore().shownRuns.value.at(-1)
  const [room, setRoom] = useState('all')
  useEffect(() => {
    const header = table.current?.querySelector('th:last-child button')
    if (!header) return
    const observer = new ResizeObserver(() => {
      setRoom(getComputedStyle(header).getPropertyValue('--room').trim())
    })
    observer.observe(header)
    return () => {
      observer.disconnect()
    }
  }, [table, last?.id])
  return room
}
