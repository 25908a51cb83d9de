import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { emptiness, leftOut, panelSentence } from '../model/distribution-sentence'
import type { DistributionColumn, DistributionPanel } from '../model/distributions'
import { placeTitle } from '../model/format'
import { palette } from '../model/palette'
import { readPanel } from '../model/tooltip'
import { useStore } from './context'
import { drawPanel } from './distribution-drawing'
import { describePanel } from './drawn-distributions'
import { Plot, type Drawing } from './plot'
import { ReadingTooltip } from './reading-tooltip'
import { useSpot } from './spot'

interface Props {
  readonly column: DistributionColumn
  readonly panel: DistributionPanel
  /** Which of the moments, counted from the top. */
  readonly index: number
  readonly label: string
}

/** One moment of a column of the grid. */
export function PanelFigure({ column, panel, index, label }: Props): JSX.Element {
  const { runStyles, theme } = useStore()
  const { spot, handlers } = useSpot()
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        const colours = palette(theme.value)
        const look = {
          styles: runStyles.value,
          palette: colours,
          background: colours.background,
          stepped: column.shape === 'histogram',
          covering: false,
        }
        drawPanel(context, column, panel, look, width, height)
      },
      describe: () => describePanel(column, panel, index),
    }),
    [column, index, runStyles.value],
  )
  const reading = spot === null ? null : readPanel(panel)
  const empty = emptiness(column, [panel])
  const left = leftOut(column, [panel])
  return (
    <figure
      class="panel"
      aria-label={panelSentence(column, panel, label)}
      tabIndex={-1}
      {...handlers}
    >
      <div class="plot-box">
        <Plot drawing={drawing} />
        {empty !== '' && <p class="empty">{empty}</p>}
      </div>
      {panel.runs.length > 0 && left !== '' && <figcaption>{left}</figcaption>}
      {spot !== null && reading !== null && (
        <ReadingTooltip
          title={placeTitle(column.axis, reading.place)}
          reading={reading}
          {...spot}
        />
      )}
    </figure>
  )
}
