import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'

import { emptiness, leftOut, ridgeSentence } from '../model/distribution-sentence'
import type { DistributionColumn } from '../model/distributions'
import { placeTitle } from '../model/format'
import { palette } from '../model/palette'
import { readPanel } from '../model/tooltip'
import { useStore } from './context'
import { drawRidges, ridgeAt } from './distribution-drawing'
import { describeRidges } from './drawn-distributions'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { useSpot } from './spot'

interface Props {
  readonly column: DistributionColumn
  /** The column with all runs, whose values the tooltip tells. */
  readonly whole: DistributionColumn
  readonly labels: readonly string[]
  readonly large: boolean
}

/** All moments of a column as ridges on one canvas. */
export function RidgeFigure({ column, whole, labels, large }: Props): JSX.Element {
  const { runStyles, theme } = useStore()
  const box = useRef<HTMLDivElement>(null)
  const { spot, setSpot, handlers } = useSpot()
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        const colours = palette(theme.value)
        const look = {
          styles: runStyles.value,
          palette: colours,
          background: large ? colours.card : colours.background,
          stepped: false,
          covering: true,
        }
        drawRidges(context, column, look, width, height)
      },
      describe: () => describeRidges(column, large),
    }),
    [column, large, runStyles.value],
  )
  const bounds = spot && box.current?.getBoundingClientRect()
  const panel = spot && bounds && whole.panels[ridgeAt(column, spot.y - bounds.top, bounds.height)]
  const reading = panel && readPanel(panel)
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || !spot || !bounds) return
    const y = spot.y + (by * bounds.height) / column.panels.length
    if (y < bounds.top || y > bounds.bottom) return
    setSpot({ x: spot.x, y })
    event.preventDefault()
  }
  const empty = emptiness(column, column.panels)
  const left = leftOut(column, column.panels)
  return (
    <figure
      class="ridges"
      aria-label={ridgeSentence(column, labels)}
      tabIndex={large ? 0 : -1}
      onKeyDown={step}
      {...handlers}
    >
      <div class="plot-box" ref={box}>
        <Plot drawing={drawing} />
        {empty !== '' && <p class="empty">{empty}</p>}
      </div>
      {left !== '' && <figcaption>{left}</figcaption>}
      {spot && reading && (
        <ReadingTooltip
          title={placeTitle(column.axis, reading.place)}
          reading={reading}
          {...spot}
        />
      )}
    </figure>
  )
}
