import { BY_NAME, type Controls, type Measure } from './controls'
import type { Held } from './held'
import type { RunInfo } from './overview'
import type { KernelSet, Section } from './rows'
import { MEASURE_QUERIES, type Column } from './series'
import { ALL_RUNS, type KernelSnapshot } from './snapshot'

/** What the measure makes of the columns that were asked for it. */
export function measured(measure: Measure, valueOf: (column: Column) => number): number {
  if (measure === 'spread') return valueOf('std') / valueOf('mean')
  const [column] = MEASURE_QUERIES[measure].columns
  return column === undefined ? NaN : valueOf(column)
}

/** The values of one row of the heat-map, by run; NaN where there is none. */
export function rowValues(
  row: KernelSet,
  runs: readonly RunInfo[],
  held: Held<KernelSnapshot>,
  measure: Measure,
): readonly number[] {
  const snapshot = held.get(row.item)?.get(ALL_RUNS)?.value
  return runs.map(({ id }) => {
    const values = snapshot?.runs.get(id)?.values
    return measured(measure, (column) => values?.get(column) ?? NaN)
  })
}

/** Why a row cannot have a value in a run; null where it should have one. */
export function lack(
  { kernels, target }: KernelSet,
  run: RunInfo,
  measure: Measure,
  baseline: RunInfo | null,
  step: number | null,
): string | null {
  const isIn = ({ kernels: ids }: RunInfo) => kernels.some(({ id }) => ids.includes(id))
  if (!isIn(run)) return 'not in this run'
  if (measure === 'distance' && target === null) return 'no target'
  if (measure !== 'ratio') return null
  if (baseline === null || !isIn(baseline)) return 'not in the baseline'
  const at = Math.max(run.first_step, Math.min(step ?? Infinity, run.last_step))
  const reached = at >= baseline.first_step && at <= baseline.last_step
  return reached ? null : 'the baseline has no such step'
}

/** Rows that stay together, below the name of their group where it has several. */
export interface HeatBlock {
  readonly heading: Section | null
  readonly rows: readonly HeatRow[]
}

export interface HeatRow {
  readonly row: KernelSet
  /** The group that the row stands for. */
  readonly collapsed: Section | null
}

/**
 * The rows in model order in their groups; or all groups and kernels together, sorted by name or
 * by their values in a run, those that have none last.
 */
export function heatBlocks(
  sections: readonly Section[],
  { collapsed, sort, sortAscending }: Pick<Controls, 'collapsed' | 'sort' | 'sortAscending'>,
  valueOf: (row: KernelSet) => number,
): readonly HeatBlock[] {
  const blocks = sections.map((section): HeatBlock => {
    const folds = section.rows.length > 1
    if (folds && collapsed.has(section.name)) {
      return { heading: null, rows: [{ row: section.whole, collapsed: section }] }
    }
    const rows = section.rows.map((row) => ({ row, collapsed: null }))
    return { heading: folds ? section : null, rows }
  })
  if (sort === null) return blocks
  const sign = sortAscending ? 1 : -1
  const all = blocks.flatMap(({ rows }) => rows)
  if (sort === BY_NAME) {
    return [{ heading: null, rows: all.toSorted((a, b) => sign * byName(a.row, b.row)) }]
  }
  const values = new Map(all.map(({ row }) => [row, valueOf(row)]))
  const rank = ({ row }: HeatRow) => {
    const value = values.get(row) ?? NaN
    return Number.isFinite(value) ? sign * value : Infinity
  }
  const rows = all.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  return [{ heading: null, rows }]
}

function byName(a: KernelSet, b: KernelSet): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true })
}

/** Names of the groups that can be collapsed. */
export function foldable(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ name, rows }) => (rows.length > 1 ? [name] : []))
}

/** The step at which the values that are not finite at `at` began to be so; NaN if they all are. */
export function nonFiniteSince(step: Float64Array, values: ArrayLike<number>, at: number): number {
  let since = NaN
  for (let i = step.findLastIndex((place) => place <= at); i >= 0; i--) {
    if (Number.isFinite(values[i])) return since
    since = step[i] ?? NaN
  }
  return NaN
}
