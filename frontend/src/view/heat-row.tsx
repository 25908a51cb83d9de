import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'

import { withCollapsedToggled } from '../model/controls'
import { findingOf, heldFindings, MARKS } from '../model/findings'
import { count, formatPlace } from '../model/format'
import { heatColour, inkOn, type ColourScale } from '../model/heat-colours'
import { lack, nonFiniteSince, rowValues, type HeatRow } from '../model/heat-map'
import { formatCell, formatMeasure } from '../model/measure'
import type { RunInfo } from '../model/overview'
import { palette } from '../model/palette'
import type { Section } from '../model/rows'
import { ALL_RUNS } from '../model/snapshot'
import { spark, type Spark } from '../model/spark'
import { useControls, useStore, useWanted } from './context'
import type { DrawnHeatRow } from './drawn'
import { focusOn } from './focus'
import { Plot, type Drawing } from './plot'
import { drawSpark } from './spark-drawing'
import { useVisible } from './visibility'

interface Props extends HeatRow {
  readonly scale: ColourScale
  /** Whether the row is in a group that has a heading. */
  readonly inset: boolean
}

/** A kernel or a collapsed group in all runs; filled in while it is visible. */
export function HeatMapRow({ row, collapsed, scale, inset }: Props): JSX.Element {
  const { shownRuns, sources } = useStore()
  const [, set] = useControls()
  const ref = useRef<HTMLTableRowElement>(null)
  const visible = useVisible(ref)
  const held = sources.snapshot.held.value.get(row.item)?.get(ALL_RUNS)
  return (
    <tr
      ref={ref}
      aria-busy={visible && held === undefined}
      onClick={() => {
        set({ view: 'trends', large: row.key })
      }}
    >
      <th scope="row" class={inset ? 'inset' : ''}>
        <div>
          {collapsed !== null && <Fold section={collapsed} folded />}
          <button type="button" class="tail" title={`${row.name}\nShow its trends`}>
            <bdi>{row.name}</bdi>
          </button>
        </div>
      </th>
      {visible ? (
        <Cells row={row} scale={scale} />
      ) : (
        <td colSpan={1 + shownRuns.value.length}>{held === undefined ? '' : '…'}</td>
      )}
    </tr>
  )
}

/** Shows the kernels of a group or one row for all of them. */
export function Fold({
  section: { name, rows },
  folded = false,
}: {
  readonly section: Section
  readonly folded?: boolean
}): JSX.Element {
  const { controls } = useStore()
  const label = `${name}, ${count(rows.length, 'kernel')}`
  return (
    <button
      type="button"
      class="fold"
      aria-expanded={!folded}
      aria-label={label}
      onClick={(event) => {
        event.stopPropagation()
        controls.value = withCollapsedToggled(controls.value, name)
        // By then, another button is there for this one.
        setTimeout(() => {
          focusOn(`.fold[aria-label="${CSS.escape(label)}"]`)
        })
      }}
    >
      <span aria-hidden="true">{folded ? '▸' : '▾'}</span>
      {!folded && (
        <span class="group">
          {name} <small>{count(rows.length, 'kernel')}</small>
        </span>
      )}
    </button>
  )
}

function Cells({ row, scale }: Pick<Props, 'row' | 'scale'>): JSX.Element {
  const { axis, baseline, overview, runStyles, shownRuns, sources, theme } = useStore()
  const [{ measure, step }] = useControls()
  useWanted('series', row.item, true)
  const findings = heldFindings(sources.findings.held.value, overview.value)
  const runs = shownRuns.value
  const snapshots = sources.snapshot.held.value
  const series = sources.series.held.value
  const trend = useMemo(
    () => spark(row, runs, series, measure, axis.value),
    [row, runs, series.get(row.item), measure, axis.value],
  )
  const values = rowValues(row, runs, snapshots, measure)
  const cells = runs.map((run, i) => {
    const value = values[i] ?? NaN
    const why = lack(row, run, measure, baseline.value, step)
    const colour = Number.isFinite(value)
      ? heatColour(scale.kind, scale.share(value), theme.value)
      : null
    const text = colour === null && why !== null ? '–' : formatCell(measure, value)
    const said =
      colour === null
        ? (why ?? `not finite${began(trend, run, step)}`)
        : formatMeasure(measure, value)
    const finding = findings === null ? null : findingOf(findings, run, row, step)
    const title = [row.name, `${run.name}: ${said}`, finding?.sentence ?? []].flat().join('\n')
    return { run, value, text, colour, title, verdict: finding?.verdict.name ?? null }
  })
  const drawing = useMemo(
    (): Drawing => ({
      draw(context, width, height) {
        const neutral = scale.kind === 'diverging' ? scale.places[1] : null
        const colours = palette(theme.value)
        drawSpark(context, trend, neutral, runStyles.value, colours, width, height)
      },
      describe: (): DrawnHeatRow => ({
        view: 'overview',
        kernel: row.name,
        measure,
        cells: cells.map(({ run, value, text, colour, verdict }) => ({
          ...{ run: run.name, value, text, colour, verdict },
        })),
        trend: trend.lines.map(({ run, x, y }) => ({ run: run.name, x: [...x], y: [...y] })),
      }),
    }),
    [trend, runStyles.value, scale, snapshots.get(row.item), findings],
  )
  return (
    <>
      <td class="spark">
        <Plot drawing={drawing} />
      </td>
      {cells.map(({ run, text, colour, title, verdict }) => (
        <td
          key={run.id}
          title={title}
          class={colour === null ? (text === 'NaN' ? 'nan' : 'lack') : ''}
          style={colour === null ? {} : { background: colour, color: inkOn(colour) }}
        >
          <div class="fit">
            <span>{snapshots.has(row.item) ? text : ''}</span>
            {verdict !== null && (colour !== null || text === 'NaN') && (
              <i role="img" aria-label={verdict}>
                {MARKS[verdict]}
              </i>
            )}
          </div>
        </td>
      ))}
    </>
  )
}

function began({ lines }: Spark, run: RunInfo, step: number | null): string {
  const line = lines.find((one) => one.run === run)
  if (line === undefined) return ''
  const since = nonFiniteSince(line.step, line.y, step ?? Infinity)
  if (Number.isNaN(since)) return ' at any step'
  const about = line.step.length < run.n_frames ? 'about ' : ''
  return ` since ${about}step ${formatPlace('step', since)}`
}
