import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'

import {
  axisInForce,
  INITIAL_CONTROLS,
  shownRuns,
  type Axis,
  type Controls,
  type View,
} from './model/controls'
import type { Held } from './model/held'
import { chooseMoments } from './model/moments'
import type { Overview, RunInfo } from './model/overview'
import type { Theme } from './model/palette'
import { runStyles, type RunStyle } from './model/run-style'
import type { KernelMoments, KernelSeries } from './model/series'

/** All state of the page. Views read it and change the controls; loading fills in the data. */
export interface Store {
  readonly theme: Signal<Theme>
  readonly controls: Signal<Controls>
  /** Null until the first answer. */
  readonly overview: Signal<Overview | null>
  readonly series: Signal<Held<KernelSeries>>
  readonly moments: Signal<Held<KernelMoments>>
  /** Ids of the kernels whose charts in a view are on the screen or close to it. */
  readonly visibleKernels: Readonly<Record<View, Signal<ReadonlySet<string>>>>
  /** Why the last request failed, as a sentence; null when all is well. */
  readonly trouble: Signal<string | null>
  readonly busy: Signal<boolean>

  readonly axis: ReadonlySignal<Axis>
  readonly shownRuns: ReadonlySignal<readonly RunInfo[]>
  readonly runStyles: ReadonlySignal<ReadonlyMap<string, RunStyle>>
  readonly chosenMoments: ReadonlySignal<readonly number[]>
}

export function createStore(): Store {
  const theme = signal<Theme>('light')
  const controls = signal(INITIAL_CONTROLS)
  const overview = signal<Overview | null>(null)
  const axis = computed(() =>
    overview.value === null ? 'step' : axisInForce(overview.value, controls.value),
  )
  const shown = computed(() =>
    overview.value === null ? [] : shownRuns(overview.value, controls.value),
  )
  return {
    theme,
    controls,
    overview,
    series: signal<Held<KernelSeries>>(new Map()),
    moments: signal<Held<KernelMoments>>(new Map()),
    visibleKernels: {
      trends: signal<ReadonlySet<string>>(new Set()),
      distributions: signal<ReadonlySet<string>>(new Set()),
    },
    trouble: signal<string | null>(null),
    busy: signal(true),
    axis,
    shownRuns: shown,
    runStyles: computed(() => runStyles(overview.value?.runs ?? [], theme.value)),
    chosenMoments: computed(() => chooseMoments(shown.value, axis.value)),
  }
}
