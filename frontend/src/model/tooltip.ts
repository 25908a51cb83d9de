import type { DistributionPanel } from './distributions'
import { nearestIndex } from './search'
import type { TrendChart } from './trends'

/** The values of all runs at one place, largest mean first. */
export interface Reading {
  readonly place: number
  readonly values: readonly RunValues[]
}

export interface RunValues {
  /** A run, or runs that are one curve. */
  readonly run: { readonly id: string; readonly name: string }
  readonly mean: number
  readonly max: number
}

// How far beyond its ends a run is still read, as a share of the axis.
const REACH = 0.02

/** Reads the chart at the frames nearest to `x`; null where no run has one. */
export function readTrends(chart: TrendChart, x: number): Reading | null {
  const reach = (chart.x[1] - chart.x[0]) * REACH
  let place = NaN
  const values = chart.curves.flatMap((series): RunValues[] => {
    const index = nearestIndex(series.x, x)
    const at = series.x[index] ?? NaN
    const first = series.x[0] ?? NaN
    const last = series.x[series.x.length - 1] ?? NaN
    if (!(x >= first - reach && x <= last + reach)) return []
    if (!(Math.abs(place - x) <= Math.abs(at - x))) place = at
    return [{ run: series.curve, mean: series.main[index] ?? NaN, max: series.max[index] ?? NaN }]
  })
  return values.length === 0 ? null : { place, values: largestFirst(values) }
}

/** The values of a panel of the Distributions grid, at the place of its first run. */
export function readPanel(panel: DistributionPanel): Reading | null {
  const [first] = panel.runs
  return first === undefined ? null : { place: first.place, values: largestFirst(panel.runs) }
}

function largestFirst(values: readonly RunValues[]): readonly RunValues[] {
  const rank = ({ mean }: RunValues) => (Number.isFinite(mean) ? mean : -Infinity)
  return values.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
}
