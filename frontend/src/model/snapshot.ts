import type { Controls, Relation } from './controls'
import { MEASURE_QUERIES, type Column } from './series'

/** Statistics of one row in all shown runs, at one step. */
export interface KernelSnapshot {
  /** By run id. */
  readonly runs: ReadonlyMap<string, RunSnapshot>
  /** By kind of decay: the least with which the mean would meet the target; NaN if there is none. */
  readonly targetDecays: ReadonlyMap<string, number>
}

export interface RunSnapshot {
  /** Where the frame was found. */
  readonly step: number
  /** NaN where unknown. */
  readonly epoch: number
  readonly decay: number
  /** Names of its coefficients (tb_wdnorm/serve/http_api.md); empty without decay. */
  readonly kind: string
  readonly values: ReadonlyMap<Column, number>
}

/** What a request of `snapshot` asks for, beside runs, rows and step. */
export interface SnapshotQuery {
  readonly columns: readonly Column[]
  readonly relation: Relation
  readonly baseline: string | null
}

/** The unit of snapshots: what they say of the target depends on all runs. */
export const ALL_RUNS = 'all'

/** Mean, largest, and the quantiles at 4/32, 16/32 and 28/32: median and whiskers. */
export const SWEEP_COLUMNS = ['mean', 'max', 'q4', 'q16', 'q28'] as const

/** What the current view shows of one step. */
export function snapshotQuery({ view, measure, baseline }: Controls): SnapshotQuery {
  if (view === 'sweep') return { columns: SWEEP_COLUMNS, relation: 'none', baseline: null }
  const { columns, relation } = MEASURE_QUERIES[measure]
  return { columns, relation, baseline: relation === 'baseline' ? baseline : null }
}

export const DISTANCE_QUERY: SnapshotQuery = {
  columns: ['mean'],
  relation: 'target',
  baseline: null,
}

/** The largest distance from its target range that a row has in any run; NaN if unknown. */
export function largestDistance({ runs }: KernelSnapshot): number {
  const distances = [...runs.values()].map(({ values }) => Math.abs(values.get('mean') ?? NaN))
  const known = distances.filter(Number.isFinite)
  return known.length === 0 ? NaN : Math.max(...known)
}
