import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'

import { INITIAL_CONTROLS, type Axis, type Controls } from './model/controls'
import { axisInForce, listedRuns, merged, separate, shownRuns, type Curve } from './model/curves'
import type { Findings } from './model/findings'
import {
  chooseMoments,
  hasMoments,
  momentAxis,
  momentCount,
  N_LARGE_MOMENTS,
  type KernelMoments,
  type MomentAxis,
} from './model/moments'
import type { Overview, RunInfo } from './model/overview'
import type { Theme } from './model/palette'
import { eachKernel, kernelsOf, matchingKernels, ordered, sections } from './model/rows'
import type { KernelSet, Section } from './model/rows'
import { runStyles, type RunStyle } from './model/run-style'
import { seriesQuery, type KernelSeries, type SeriesQuery } from './model/series'
import { INITIAL_SETTINGS, type Settings } from './model/settings'
import { ALL_RUNS, DISTANCE_QUERY, largestDistance, snapshotQuery } from './model/snapshot'
import type { KernelSnapshot, SnapshotQuery } from './model/snapshot'
import { createSource, type Source } from './source'

/** All state of the page. Views read it and change the controls; loading fills in the data. */
export interface Store {
  readonly controls: Signal<Controls>
  readonly settings: Signal<Settings>
  readonly hostTheme: Signal<Theme>
  /** Null until the first answer. */
  readonly overview: Signal<Overview | null>
  readonly sources: Sources
  /** Why the last request failed; null when all is well. */
  readonly trouble: Signal<Trouble | null>
  readonly busy: Signal<boolean>
  /** The share of what is wanted that is held, 0 … 1. */
  readonly progress: Signal<number>
  /** Seconds since the Unix epoch; ticks while something on the page depends on it. */
  readonly now: Signal<number>
  /** The place on the axis that is pointed at, in whatever chart; null if none. */
  readonly pointed: Signal<number | null>

  readonly theme: ReadonlySignal<Theme>
  readonly axis: ReadonlySignal<Axis>
  /** Runs that match the filter. */
  readonly listedRuns: ReadonlySignal<readonly RunInfo[]>
  /** Those of them that are ticked and can be placed on the axis. */
  readonly shownRuns: ReadonlySignal<readonly RunInfo[]>
  /** The shown runs as curves: those that differ in their seed only as one, if wanted. */
  readonly curves: ReadonlySignal<readonly Curve[]>
  /** By run id. */
  readonly runStyles: ReadonlySignal<ReadonlyMap<string, RunStyle>>
  /** The run that others are compared with. */
  readonly baseline: ReadonlySignal<RunInfo | null>
  /** Rows of all views but the heat-map: filtered, grouped, ordered. */
  readonly rows: ReadonlySignal<readonly KernelSet[]>
  /** Rows of the heat-map in their groups: filtered, in model order. */
  readonly sections: ReadonlySignal<readonly Section[]>
  readonly momentAxis: ReadonlySignal<MomentAxis>
  /** The shown runs that can be placed on the moments' axis. */
  readonly momentRuns: ReadonlySignal<readonly RunInfo[]>
  /** Rows of the Distributions grid, on the moments' axis. */
  readonly chosenMoments: ReadonlySignal<readonly number[]>
  /** The ridges of one row of kernels that is shown large. */
  readonly largeMoments: ReadonlySignal<readonly number[]>
  readonly seriesQuery: ReadonlySignal<SeriesQuery>
  readonly snapshotQuery: ReadonlySignal<SnapshotQuery>
}

export interface Sources {
  readonly series: Source<KernelSeries>
  /** The whole answer is one unit, `ALL_RUNS`. */
  readonly snapshot: Source<KernelSnapshot>
  /** Distances from the target ranges, for the order of rows. */
  readonly distances: Source<KernelSnapshot>
  /** At the chosen moments. */
  readonly moments: Source<KernelMoments>
  /** At the many moments of what is shown large. */
  readonly ridges: Source<KernelMoments>
  /** About all kernels at once: the item is `everyKernel`, the unit `ALL_RUNS`. */
  readonly findings: Source<Findings>
}

export function allSources(sources: Sources): readonly Source<unknown>[] {
  const { series, snapshot, distances, moments, ridges, findings } = sources
  return [snapshot, series, moments, ridges, distances, findings]
}

export interface Trouble {
  readonly sentence: string
  /** When the page asks again by itself, in seconds since the Unix epoch. */
  readonly retryAtS: number
}

export function createStore(
  initialControls: Controls = INITIAL_CONTROLS,
  initialSettings: Settings = INITIAL_SETTINGS,
): Store {
  const controls = signal(initialControls)
  const settings = signal(initialSettings)
  const hostTheme = signal<Theme>('light')
  const overview = signal<Overview | null>(null)

  function ofOverview<T>(compute: (overview: Overview, controls: Controls) => T, none: T) {
    return computed(() =>
      overview.value === null ? none : compute(overview.value, controls.value),
    )
  }
  /** Settles on the same object while its content is the same. */
  function settled<T>(compute: () => readonly T[]): ReadonlySignal<readonly T[]> {
    let last: readonly T[] = []
    return computed(() => {
      const next = compute()
      const same = next.length === last.length && next.every((value, i) => value === last[i])
      if (!same) last = next
      return last
    })
  }

  const theme = computed(() =>
    settings.value.theme === 'auto' ? hostTheme.value : settings.value.theme,
  )
  const axis = ofOverview<Axis>(axisInForce, 'step')
  const listedInOrder = ofOverview<readonly RunInfo[]>(listedRuns, [])
  const shownInOrder = ofOverview<readonly RunInfo[]>(shownRuns, [])
  const shown = settled(() => shownInOrder.value)
  const series = computed(() => seriesQuery(controls.value))
  const seeds = computed(() => series.value.seeds)
  const snapshot = computed(() => snapshotQuery(controls.value))
  const over = computed(() => controls.value.over)
  const nMoments = computed(() => momentCount(controls.value))
  const alongMoments = computed(() => momentAxis(axis.value, over.value))
  const momentRuns = settled(() => shown.value.filter(hasMoments(alongMoments.value)))
  const moments = (n: () => number) =>
    settled(() =>
      chooseMoments(momentRuns.value, {
        over: over.value,
        axis: alongMoments.value,
        n: n(),
        step: controls.value.step,
      }),
    )
  const sources: Sources = {
    series: createSource(() => series.value),
    snapshot: createSource(() => snapshot.value),
    distances: createSource(() => DISTANCE_QUERY),
    moments: createSource(() => [over.value, nMoments.value]),
    ridges: createSource(() => over.value),
    findings: createSource(() => controls.value.baseline),
  }
  const kernels = settled(() =>
    matchingKernels(kernelsOf(shown.value, overview.value?.kernels ?? []), controls.value),
  )
  const groupBy = computed(() => controls.value.groupBy)
  const groupPattern = computed(() => controls.value.groupPattern)
  const groups = computed(() => sections(kernels.value, groupBy.value, groupPattern.value))
  const unordered = computed(() =>
    groupBy.value === 'kernel' ? eachKernel(kernels.value) : groups.value.map(({ whole }) => whole),
  )
  const distances = computed(() => {
    const found = new Map<string, number>()
    for (const [item, byUnit] of sources.distances.held.value) {
      const value = byUnit.get(ALL_RUNS)?.value
      if (value) found.set(item, largestDistance(value))
    }
    return found
  })
  return {
    controls,
    settings,
    hostTheme,
    overview,
    sources,
    trouble: signal(null),
    busy: signal(true),
    progress: signal(0),
    now: signal(Date.now() / 1000),
    pointed: signal(null),
    theme,
    axis,
    listedRuns: settled(() => listedInOrder.value),
    shownRuns: shown,
    curves: computed(() =>
      seeds.value === 'merge'
        ? merged(shown.value, overview.value?.replicates ?? [])
        : separate(shown.value),
    ),
    runStyles: computed(() => runStyles(overview.value?.runs ?? [], theme.value)),
    baseline: ofOverview(({ runs, baseline }, { baseline: chosen }) => {
      const byId = (id: string | null) => runs.find((run) => run.id === id)
      return byId(chosen) ?? byId(baseline) ?? null
    }, null),
    rows: settled(() => ordered(unordered.value, controls.value, distances.value)),
    sections: groups,
    momentAxis: alongMoments,
    momentRuns,
    chosenMoments: moments(() => nMoments.value),
    largeMoments: moments(() => N_LARGE_MOMENTS),
    seriesQuery: series,
    snapshotQuery: snapshot,
  }
}
