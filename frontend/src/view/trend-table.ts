import type { Controls } from '../model/controls'
import type { KernelSet } from '../model/rows'
import { digits, type Table } from '../model/table'
import { trendChart } from '../model/trends'
import type { Store } from '../store'

/** The curves of a row, one point per row. */
export function trendTable(store: Store, row: KernelSet): Table | null {
  const { axis, controls, curves, sources } = store
  const options: Controls = controls.value
  const held = sources.series.held.value
  const chart = trendChart(row, curves.value, held, axis.value, options)
  if (chart === null) return null
  return {
    caption: `Channel norms of ${row.name}`,
    columns: ['kernel', 'run', axis.value, options.statistic, 'max', 'low', 'high'],
    rows: chart.curves.flatMap(({ curve, x, main, max, low, high }) =>
      [...main].map((value, i) => [
        row.name,
        curve.name,
        x[i] ?? NaN,
        ...[value, max[i] ?? NaN, low[i] ?? NaN, high[i] ?? NaN].map(digits),
      ]),
    ),
  }
}
