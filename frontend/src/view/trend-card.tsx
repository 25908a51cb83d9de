import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'

import type { KernelSet } from '../model/rows'
import { trendChart } from '../model/trends'
import { Card } from './card'
import { useControls, useStore, useWanted } from './context'
import { TrendPlot } from './trend-plot'
import { useVisible } from './visibility'

/** One row's Trends chart; drawn while it is visible. */
export function TrendCard({ row }: { readonly row: KernelSet }): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const visible = useVisible(ref)
  return (
    <Card row={row} box={ref}>
      {visible ? <TrendFigure row={row} /> : <div class="trend" />}
    </Card>
  )
}

export function TrendFigure({ row }: { readonly row: KernelSet }): JSX.Element {
  const { sources, curves, axis } = useStore()
  const [{ statistic, band, relation, logY, smoothing, zoom }] = useControls()
  useWanted('series', row.item, true)
  const held = sources.series.held.value
  const chart = useMemo(() => {
    const controls = { statistic, band, relation, logY, smoothing, zoom }
    return trendChart(row, curves.value, held, axis.value, controls)
  }, [
    ...[row, held.get(row.item), curves.value, axis.value],
    ...[statistic, band, relation, logY, smoothing, zoom],
  ])
  return chart === null ? (
    <figure class="trend" aria-label={`Channel norms of ${row.name}`} aria-busy={true} />
  ) : (
    <TrendPlot chart={chart} />
  )
}
