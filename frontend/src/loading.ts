import { batch } from '@preact/signals'

import type { Client } from './data/client'
import { missingBatch, runVersion, withAnswer, type Batch } from './model/held'
import { momentSteps } from './model/moments'
import type { RunInfo } from './model/overview'
import type { Store } from './store'

const MAX_POINTS = 400

/** Keeps the store filled with what is visible, one request at a time. */
export interface Loading {
  /** Asks again for everything that may have changed, also after a failure. */
  reload(): void
}

interface Request {
  readonly batch: Batch
  run(abort: AbortSignal): Promise<void>
}

export function startLoading(store: Store, client: Client): Loading {
  let overviewAbort: AbortController | null = null
  let current: { readonly request: Request; readonly abort: AbortController } | null = null

  async function loadOverview(abort: AbortController): Promise<void> {
    store.busy.value = true
    try {
      const overview = await client.overview(abort.signal)
      batch(() => {
        store.overview.value = overview
        store.trouble.value = null
      })
    } catch (error) {
      if (!abort.signal.aborted) store.trouble.value = sentence(error)
    }
    if (overviewAbort !== abort) return
    overviewAbort = null
    fill()
  }

  function nextRequest(): Request | null {
    if (store.overview.value === null || store.trouble.value !== null) return null
    return store.controls.value.view === 'trends' ? nextSeries() : nextMoments()
  }

  function nextSeries(): Request | null {
    const held = store.series
    const wanted = missingBatch(held.value, store.shownRuns.value, visible(), runVersion)
    if (wanted === null) return null
    return {
      batch: wanted,
      async run(abort) {
        const answer = await client.series(wanted, MAX_POINTS, abort)
        held.value = withAnswer(held.value, wanted, runVersion, answer)
      },
    }
  }

  function nextMoments(): Request | null {
    const held = store.moments
    const moments = store.chosenMoments.value
    const axis = store.axis.value
    const stepsOf = (run: RunInfo) => momentSteps(run, moments, axis).join(',')
    const version = (run: RunInfo) => `${runVersion(run)}:${stepsOf(run)}`
    const missing = missingBatch(held.value, store.shownRuns.value, visible(), version)
    const first = missing?.runs[0]
    if (missing === null || first === undefined) return null
    // One request has one list of steps; runs with other steps per epoch come in the next one.
    const wanted = {
      runs: missing.runs.filter((run) => stepsOf(run) === stepsOf(first)),
      kernels: missing.kernels,
    }
    const steps = momentSteps(first, moments, axis)
    return {
      batch: wanted,
      async run(abort) {
        const answer = await client.distributions(wanted, steps, abort)
        held.value = withAnswer(held.value, wanted, version, answer)
      },
    }
  }

  function looking(): ReadonlySet<string> {
    return store.visibleKernels[store.controls.value.view].value
  }

  function visible(): readonly string[] {
    const kernels = store.overview.value?.kernels ?? []
    return kernels.map(({ id }) => id).filter((id) => looking().has(id))
  }

  /** Whether the user looks at other kernels now. At none means that the view is changing. */
  function isStale({ kernels }: Batch): boolean {
    return looking().size > 0 && !kernels.some((id) => looking().has(id))
  }

  function fill(): void {
    if (current !== null) {
      if (isStale(current.request.batch)) current.abort.abort()
      return
    }
    const request = nextRequest()
    store.busy.value = request !== null || overviewAbort !== null
    if (request === null) return
    const abort = new AbortController()
    current = { request, abort }
    void request
      .run(abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) store.trouble.value = sentence(error)
      })
      .then(() => {
        current = null
        fill()
      })
  }

  const fillSoon = () => {
    queueMicrotask(fill)
  }
  store.controls.subscribe(fillSoon)
  store.visibleKernels.trends.subscribe(fillSoon)
  store.visibleKernels.distributions.subscribe(fillSoon)

  return {
    reload() {
      overviewAbort?.abort()
      overviewAbort = new AbortController()
      void loadOverview(overviewAbort)
    },
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
