import type { Interval } from './extent'
import type { RunInfo } from './overview'

export const VIEWS = ['overview', 'trends', 'distributions', 'sweep', 'findings'] as const
export const AXES = ['step', 'epoch', 'relative', 'wall'] as const
export const GROUPINGS = ['kernel', 'group', 'layer', 'role', 'pattern'] as const
export const STATISTICS = ['mean', 'max', 'median', 'total', 'std'] as const
export const BANDS = ['none', 'quantiles', 'minmax'] as const
export const RELATIONS = ['none', 'start', 'baseline', 'target'] as const
export const SEEDS = ['each', 'merge'] as const
export const ORDERS = ['model', 'target'] as const
export const MEASURES = ['retention', 'ratio', 'distance', 'mean', 'max', 'spread'] as const
export const OVER = ['channels', 'batches'] as const
export const SHAPES = ['histogram', 'density', 'ridgeline'] as const
export const SHARINGS = ['column', 'row', 'all', 'none'] as const

export type View = (typeof VIEWS)[number]
/** `relative` is the time since a run's first frame, `wall` the time of day, both in seconds. */
export type Axis = (typeof AXES)[number]
/** What becomes one row: each kernel, or all kernels with the same group, layer, role, or match. */
export type Grouping = (typeof GROUPINGS)[number]
export type Statistic = (typeof STATISTICS)[number]
export type Band = (typeof BANDS)[number]
/** What norms are divided by or measured from; `relative` of the HTTP interface. */
export type Relation = (typeof RELATIONS)[number]
export type Seeds = (typeof SEEDS)[number]
export type Order = (typeof ORDERS)[number]
export type Measure = (typeof MEASURES)[number]
export type Over = (typeof OVER)[number]
export type Shape = (typeof SHAPES)[number]
export type Sharing = (typeof SHARINGS)[number]

/** What the user chose; a link to the page holds all of it. */
export interface Controls {
  readonly view: View

  /** Ids of unticked runs: runs are shown unless hidden, so that new ones appear by themselves. */
  readonly hidden: ReadonlySet<string>
  /** A regular expression that names of runs must match. */
  readonly runFilter: string
  /** Id of the run compared with; null for the one that the server chooses. */
  readonly baseline: string | null
  readonly seeds: Seeds

  /** A regular expression that paths of kernels must match. */
  readonly kernelFilter: string
  readonly groupBy: Grouping
  /** With `groupBy` `pattern`: the regular expression whose first capture group names the row. */
  readonly groupPattern: string
  readonly order: Order
  /** Keys of the rows that come first. */
  readonly pinned: ReadonlySet<string>
  /** Names of the groups of the heat-map that show one row only. */
  readonly collapsed: ReadonlySet<string>
  /** Key of the row that is shown large; null for none. */
  readonly large: string | null

  readonly axis: Axis
  /** The part of the axis that curves show, in its units; null for all of it. */
  readonly zoom: Interval | null
  /** The step of heat-map, sweep and marker; null for the last step of each run. */
  readonly step: number | null

  readonly statistic: Statistic
  readonly band: Band
  readonly relation: Relation
  readonly logY: boolean
  /** Weight of the past in the moving average, 0 for none, below 1. */
  readonly smoothing: number

  readonly measure: Measure
  /** What the heat-map's rows are sorted by: id of a run, or `BY_NAME`; null for model order. */
  readonly sort: string | null
  readonly sortAscending: boolean

  readonly over: Over
  readonly shape: Shape
  readonly bins: number
  readonly shareX: Sharing
  /** Limits of the norm in all panels; null where they follow the data. */
  readonly xLimits: Interval | null
  /** Limits of the density in all panels; null where they follow the data. */
  readonly yLimits: Interval | null
  /** Whether a peak that towers over the others is cut. */
  readonly clip: boolean
}

export const INITIAL_CONTROLS: Controls = {
  view: 'trends',
  hidden: new Set(),
  runFilter: '',
  baseline: null,
  seeds: 'each',
  kernelFilter: '',
  groupBy: 'kernel',
  groupPattern: '',
  order: 'model',
  pinned: new Set(),
  collapsed: new Set(),
  large: null,
  axis: 'step',
  zoom: null,
  step: null,
  statistic: 'mean',
  band: 'quantiles',
  relation: 'none',
  logY: false,
  smoothing: 0,
  measure: 'retention',
  sort: null,
  sortAscending: false,
  over: 'channels',
  shape: 'histogram',
  bins: 60,
  shareX: 'column',
  xLimits: null,
  yLimits: null,
  clip: true,
}

/** The heat-map's rows by their own names. */
export const BY_NAME = 'name'

export const MAX_BINS = 200
export const MAX_SMOOTHING = 0.999

/** A zoom is in the units of its axis, so another axis shows everything. */
export function withAxis(controls: Controls, axis: Axis): Controls {
  return axis === controls.axis ? controls : { ...controls, axis, zoom: null }
}

export function withRunToggled(controls: Controls, runId: string): Controls {
  return { ...controls, hidden: toggled(controls.hidden, runId) }
}

/** Ticks the given runs; others stay as they are. */
export function withRuns(controls: Controls, runs: readonly RunInfo[]): Controls {
  const hidden = new Set(controls.hidden)
  for (const { id } of runs) hidden.delete(id)
  return { ...controls, hidden }
}

/** Unticks the given runs; others stay as they are. */
export function withoutRuns(controls: Controls, runs: readonly RunInfo[]): Controls {
  return { ...controls, hidden: new Set([...controls.hidden, ...runs.map(({ id }) => id)]) }
}

/** Ticks one run of all there are. */
export function withOnlyRun(controls: Controls, runs: readonly RunInfo[], runId: string): Controls {
  const others = runs.filter(({ id }) => id !== runId)
  return { ...controls, hidden: new Set(others.map(({ id }) => id)) }
}

/** Compares with the run, or with the server's choice if it is compared with already. */
export function withBaselineToggled(controls: Controls, runId: string): Controls {
  return { ...controls, baseline: controls.baseline === runId ? null : runId }
}

export function withPinToggled(controls: Controls, key: string): Controls {
  return { ...controls, pinned: toggled(controls.pinned, key) }
}

export function withCollapsedToggled(controls: Controls, group: string): Controls {
  return { ...controls, collapsed: toggled(controls.collapsed, group) }
}

/** Sorts the heat-map one way, then the other way, then not; values begin with the largest. */
export function withSort(controls: Controls, sort: string): Controls {
  const first = sort === BY_NAME
  if (controls.sort !== sort) return { ...controls, sort, sortAscending: first }
  if (controls.sortAscending === first) return { ...controls, sortAscending: !first }
  return { ...controls, sort: null, sortAscending: false }
}

function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(member)) next.add(member)
  return next
}
