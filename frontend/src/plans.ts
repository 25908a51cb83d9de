import type { Client } from './data/client'
import type { Findings } from './model/findings'
import { runVersion, unitVersion, type Batch, type Keeping, type Unit } from './model/held'
import { momentSteps, type KernelMoments } from './model/moments'
import type { RunInfo } from './model/overview'
import { continued, type KernelSeries } from './model/series'
import { ALL_RUNS, DISTANCE_QUERY } from './model/snapshot'
import { separate } from './model/curves'
import type { Sources, Store } from './store'
import type { Source } from './source'

/** How a source is filled now: what is asked for, about which units, and how it is kept. */
export interface Plan<V> {
  readonly source: Source<V>
  readonly units: readonly Unit[]
  readonly keeping: Keeping<V>
  /** The part of a batch that fits into one request. */
  readonly part: (batch: Batch) => Batch
  readonly fetch: (
    batch: Batch,
    abort: AbortSignal,
  ) => Promise<(item: string, unit: string) => V | undefined>
}

// A request is answered within a second or two, and what is looked at comes first.
const MAX_ITEMS = 64
const MAX_SNAPSHOT_VALUES = 100_000
// Points that were added one by one are thinned out again when there are too many.
const MAX_GROWTH = 2

const never = { until: () => -Infinity, canContinue: () => false }

function whole<V>(version: (unit: Unit) => string, limit: number): Keeping<V> {
  return { ...never, version, limit, continued: (_held, _since, more) => more }
}

/** The plans of all sources, those first of which little is needed for much to be seen. */
export function plans(store: Store, client: Client): readonly Plan<unknown>[] {
  const { sources } = store
  return [
    snapshotPlan(store, client, 'snapshot'),
    seriesPlan(store, client),
    momentsPlan(store, client, sources.moments, store.chosenMoments.value),
    momentsPlan(store, client, sources.ridges, store.largeMoments.value),
    snapshotPlan(store, client, 'distances'),
    findingsPlan(store, client),
  ] as readonly Plan<unknown>[]
}

function seriesPlan(store: Store, client: Client): Plan<KernelSeries> {
  const query = store.seriesQuery.value
  const baseline = query.relation === 'baseline' ? store.baseline.value : null
  const keeping: Keeping<KernelSeries> = {
    limit: MAX_ITEMS,
    version: (unit) =>
      baseline === null ? unitVersion(unit) : `${unitVersion(unit)} ${runVersion(baseline)}`,
    // Where not all runs that make up a value are yet, it may still change.
    until: ({ runs }) => Math.min(...[...runs, ...one(baseline)].map((run) => run.last_step)),
    canContinue: ({ step }) => step.length < MAX_GROWTH * query.maxPoints,
    continued,
  }
  return {
    source: store.sources.series,
    units: store.curves.value,
    keeping,
    part: (batch) => batch,
    fetch: (batch, abort) => client.series(batch, query, abort),
  }
}

function one<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value]
}

function snapshotPlan(
  store: Store,
  client: Client,
  name: keyof Pick<Sources, 'snapshot' | 'distances'>,
): Plan<unknown> {
  const runs = store.shownRuns.value
  const { step } = store.controls.value
  const source = store.sources[name]
  const query = name === 'snapshot' ? store.snapshotQuery.value : DISTANCE_QUERY
  const values = Math.max(1, runs.length * query.columns.length)
  const baseline = query.relation === 'baseline' ? store.baseline.value : null
  const compared = baseline === null ? '' : runVersion(baseline)
  return {
    source,
    units: runs.length === 0 ? [] : [{ id: ALL_RUNS, runs }],
    keeping: whole(
      (unit) => `${unitVersion(unit)} ${step ?? 'last'} ${compared}`,
      Math.max(1, Math.floor(MAX_SNAPSHOT_VALUES / values)),
    ),
    part: (batch) => batch,
    fetch: (batch, abort) => client.snapshot(batch, query, step, abort),
  }
}

function findingsPlan(store: Store, client: Client): Plan<Findings> {
  const runs = store.shownRuns.value
  const baseline = store.baseline.value
  const compared = baseline === null ? '' : `${baseline.id} ${runVersion(baseline)}`
  return {
    source: store.sources.findings,
    units: runs.length === 0 ? [] : [{ id: ALL_RUNS, runs }],
    keeping: whole((unit) => `${unitVersion(unit)} ${compared}`, 1),
    part: (batch) => batch,
    fetch: async ({ units }, abort) => {
      const findings = await client.findings(units, store.controls.value.baseline, abort)
      return () => findings
    },
  }
}

function momentsPlan(
  store: Store,
  client: Client,
  source: Source<KernelMoments>,
  moments: readonly number[],
): Plan<KernelMoments> {
  const { over } = store.controls.value
  const axis = store.momentAxis.value
  const stepsOf = (run: RunInfo | undefined) =>
    run === undefined ? [] : momentSteps(run, moments, axis, over)
  const stepsOfUnit = ({ runs }: Unit) => stepsOf(runs[0]).join(',')
  return {
    source,
    units: moments.length === 0 ? [] : separate(store.momentRuns.value),
    keeping: whole((unit) => `${unitVersion(unit)} ${stepsOfUnit(unit)}`, MAX_ITEMS),
    // One request has one list of steps; runs with other steps per epoch come in the next one.
    part({ units, ...batch }) {
      const [first] = units
      const same = units.filter((unit) => first && stepsOfUnit(unit) === stepsOfUnit(first))
      return { ...batch, units: same }
    },
    fetch: (batch, abort) =>
      client.distributions(batch, stepsOf(batch.units[0]?.runs[0]), over, abort),
  }
}
