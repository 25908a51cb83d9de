import { batch } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'

import { everyKernel } from '../model/findings'
import { placeInWords } from '../model/format'
import { colourScale } from '../model/heat-colours'
import { rowValues } from '../model/heat-map'
import { heatSentence } from '../model/measure'
import { useControls, useStore, useWanted } from './context'
import { HeatHead } from './heat-head'
import { HeatLegend } from './heat-legend'
import { Fold, HeatMapRow } from './heat-row'
import { overviewBlocks, sortInForce } from './overview-blocks'

/** Kernels × runs at one step. */
export function OverviewView(): JSX.Element {
  const store = useStore()
  const [{ measure, step }] = useControls()
  const runs = store.shownRuns.value
  const held = store.sources.snapshot.held.value
  const blocks = overviewBlocks(store)
  useWanted('findings', everyKernel(store.overview.value), true)
  const rows = blocks.flatMap((block) => block.rows)
  useAllWanted(rows.map(({ row }) => row.item))
  const cells = useMemo(
    () =>
      rows.flatMap(({ row }) =>
        rowValues(row, runs, held, measure).flatMap((value, i) => {
          const run = runs[i]
          return run === undefined ? [] : { row, run, value }
        }),
      ),
    [store.sections.value, store.controls.value, runs, held],
  )
  const scale = useMemo(
    () =>
      colourScale(
        measure,
        cells.map(({ value }) => value),
      ),
    [cells],
  )
  const table = useRef<HTMLTableElement>(null)
  return (
    <>
      <HeatLegend scale={scale} cells={cells} table={table} />
      <div class="heat-box">
        <table ref={table} class="heat-map" style={{ '--runs': runs.length }}>
          <caption class="hidden">{heatSentence(measure, placeInWords(step), cells)}</caption>
          <HeatHead sort={sortInForce(store)} />
          {blocks.map(({ heading, rows }, i) => (
            <tbody key={i}>
              {heading !== null && (
                <tr class="heading">
                  <th scope="rowgroup" colSpan={2 + runs.length}>
                    <Fold section={heading} />
                  </th>
                </tr>
              )}
              {rows.map((row) => (
                <HeatMapRow key={row.row.key} {...row} scale={scale} inset={heading !== null} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  )
}

/** The scale of colours and the order depend on all rows, which are few numbers. */
function useAllWanted(items: readonly string[]): void {
  const { snapshot } = useStore().sources
  useEffect(
    () =>
      batch(() => {
        const undo = items.map((item) => snapshot.add(item))
        return () => {
          batch(() => {
            for (const takeBack of undo) takeBack()
          })
        }
      }),
    [items.join()],
  )
}
