import type { KernelSet } from '../model/rows'
import { digits, type Cell, type Table } from '../model/table'
import { valueName } from '../model/trend-words'
import { trendChart } from '../model/trends'
import type { Store } from '../store'

/** What is drawn of a row, one point of a curve per row; with a zoom, those within it. */
export function trendTable(store: Store, row: KernelSet): Table | null {
  const { axis, controls, curves, sources } = store
  const held = sources.series.held.value
  const chart = trendChart(row, curves.value, held, axis.value, controls.value)
  if (chart === null) return null
  const {
    statistic,
    relation,
    x: [from, to],
  } = chart
  const lines = [
    ...(controls.value.smoothing > 0 ? (['raw', 'main'] as const) : (['main'] as const)),
    ...(['max', 'low', 'high', 'nonfinite'] as const),
  ].filter((name) => chart.curves.some((curve) => curve[name].length > 0))
  const titles = { raw: statistic, main: controls.value.smoothing > 0 ? 'smoothed' : statistic }
  const places = axis.value === 'step' ? [] : [axis.value]
  const rows = chart.curves.flatMap((curve) =>
    [...curve.step].flatMap((step, i): readonly Cell[][] => {
      const place = curve.x[i] ?? NaN
      if (!(place >= from && place <= to)) return []
      const values = lines.map((name) => digits(curve[name][i] ?? NaN))
      return [[row.name, curve.curve.name, step, ...places.map(() => place), ...values]]
    }),
  )
  return {
    caption: `Channel norms of ${row.name}: ${valueName(statistic, relation)}`,
    columns: [
      'kernel',
      'run',
      'step',
      ...places,
      ...lines.map(
        (name) =>
          ({ max: 'max', low: 'low', high: 'high', nonfinite: 'nonfinite', ...titles })[name],
      ),
    ],
    rows,
  }
}
