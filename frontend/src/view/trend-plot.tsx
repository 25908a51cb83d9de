import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import type { PlotArea } from '../model/axes'
import { placeTitle } from '../model/format'
import { palette } from '../model/palette'
import { trendSentence } from '../model/sentence'
import { neighbour, readingSentence, readTrends, zoomed } from '../model/trend-reading'
import { emptyReason } from '../model/trend-words'
import { hasFiniteValue, type TrendChart } from '../model/trends'
import { useControls, useStore } from './context'
import { describeTrend } from './drawn'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { drawTrends, trendArea } from './trend-drawing'
import { TrendOverlay } from './trend-overlay'

// What is shorter is a click.
const MIN_DRAG_PX = 5
const ZOOM_STEP = 2
const FAR = 10

/** Where the user is in a chart: with the pointer, in pixels of the chart, or with the keys. */
type Presence = 'keys' | { readonly x: number; readonly y: number; readonly from: number | null }

/** A chart to look at, point at, and zoom into, by pointer and keyboard. */
export function TrendPlot({ chart }: { readonly chart: TrendChart }): JSX.Element {
  const { pointed, runStyles, theme } = useStore()
  const [{ zoom }, set] = useControls()
  const area = useRef<PlotArea | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const [presence, setPresence] = useState<Presence | null>(null)
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        area.current = trendArea(context, chart, width, height)
        drawTrends(context, chart, area.current, runStyles.value, palette(theme.value))
      },
      describe: () => describeTrend(chart),
    }),
    [chart, runStyles.value],
  )
  const leave = () => {
    setPresence(null)
    pointed.value = null
  }
  const placeAt = (x: number) => {
    const plot = area.current
    return plot === null ? null : plot.x.invert(Math.min(plot.right, Math.max(plot.left, x)))
  }
  const follow = (event: PointerEvent, from: number | null) => {
    const { x, y } = within(event)
    pointed.value = placeAt(x)
    setPresence({ x, y, from })
  }
  const release = () => {
    if (presence === null || presence === 'keys' || presence.from === null) return
    const ends = [presence.from, presence.x].toSorted((a, b) => a - b)
    const [low = null, high = null] = ends.map(placeAt)
    setPresence({ ...presence, from: null })
    if (!isDrag(presence.from, presence.x) || low === null || high === null) return
    if (low < high) set({ zoom: [low, high] })
  }
  const press = (event: KeyboardEvent) => {
    const by = FRAMES[event.key]
    const factor = FACTORS[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (by !== undefined) {
      setPresence('keys')
      pointed.value = neighbour(chart, pointed.value, event.shiftKey ? by * FAR : by)
    } else if (factor !== undefined) {
      const [low, high] = chart.x
      set({ zoom: zoomed(chart.x, chart.whole, pointed.value ?? (low + high) / 2, factor) })
    } else if (event.key === 'Escape' && (presence !== null || zoom !== null)) {
      if (presence === null) set({ zoom: null })
      else leave()
    } else return
    event.preventDefault()
  }
  return (
    <figure
      class="trend"
      tabIndex={0}
      aria-label={trendSentence(chart)}
      aria-describedby="chart-keys"
      onKeyDown={press}
      onBlur={() => {
        if (presence === 'keys') leave()
      }}
    >
      <div
        ref={box}
        class="plot-box"
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          follow(event, within(event).x)
        }}
        onPointerMove={(event) => {
          follow(event, presence === 'keys' ? null : (presence?.from ?? null))
        }}
        onPointerUp={release}
        onPointerCancel={leave}
        onPointerLeave={leave}
        onDblClick={() => {
          set({ zoom: null })
        }}
      >
        <Plot drawing={drawing} />
        <TrendOverlay chart={chart} area={area} />
        {presence !== null && <Selection presence={presence} />}
        {!hasFiniteValue(chart) && <p class="empty">{emptyReason(chart)}</p>}
        {presence !== null && (
          <PresentReading chart={chart} presence={presence} area={area.current} box={box.current} />
        )}
      </div>
    </figure>
  )
}

const FRAMES: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: -Infinity,
  End: Infinity,
}
const FACTORS: Readonly<Record<string, number>> = {
  '+': 1 / ZOOM_STEP,
  '=': 1 / ZOOM_STEP,
  '-': ZOOM_STEP,
}

function within({ clientX, clientY, currentTarget }: PointerEvent): { x: number; y: number } {
  const { left, top } = (currentTarget as Element).getBoundingClientRect()
  return { x: clientX - left, y: clientY - top }
}

function isDrag(from: number | null, to: number): from is number {
  return from !== null && Math.abs(to - from) >= MIN_DRAG_PX
}

/** The part of the axis that is being chosen. */
function Selection({ presence }: { readonly presence: Presence }): JSX.Element | null {
  if (presence === 'keys' || !isDrag(presence.from, presence.x)) return null
  const { from, x } = presence
  return (
    <div
      class="selection"
      style={{ left: `${Math.min(from, x)}px`, width: `${Math.abs(x - from)}px` }}
    />
  )
}

interface ReadingProps {
  readonly chart: TrendChart
  readonly presence: Presence
  readonly area: PlotArea | null
  readonly box: Element | null
}

/** The values of all runs at the crosshair; told as well where it moves by keys. */
function PresentReading({ chart, presence, area, box }: ReadingProps): JSX.Element | null {
  const place = useStore().pointed.value
  const reading = place === null ? null : readTrends(chart, place)
  if (reading === null || area === null || box === null) return null
  const { left, top } = box.getBoundingClientRect()
  const { x, y } = presence === 'keys' ? { x: area.x(reading.place), y: area.top } : presence
  return (
    <>
      <ReadingTooltip
        title={placeTitle(chart.axis, reading.place)}
        reading={reading}
        x={left + x}
        y={top + y}
      />
      {presence === 'keys' && (
        <p class="hidden" role="status">
          {readingSentence(reading, chart.axis)}
        </p>
      )}
    </>
  )
}
