import { batch, computed } from '@preact/signals'

import type { Client } from './data/client'
import { missingBatch, progress, withAnswer, type Batch } from './model/held'
import { renewed } from './model/overview'
import { plans, type Plan } from './plans'
import { allSources, type Store } from './store'

interface Request {
  readonly plan: Plan<unknown>
  readonly query: string
  readonly batch: Batch
  readonly abort: AbortController
}

/** Pauses after failures in a row; the last one is repeated. */
export const RETRY_PAUSES_S = [2, 4, 8, 15, 30]

/**
 * Keeps the store filled with what is visible, one request at a time. The function returned asks
 * again for everything that may have changed, also after a failure.
 */
export function startLoading(store: Store, client: Client): () => void {
  let overviewAsked = false
  let askAgain = false
  let current: Request | null = null
  let failures = 0

  async function loadOverview(): Promise<void> {
    overviewAsked = true
    store.busy.value = true
    try {
      const overview = await client.overview(new AbortController().signal)
      batch(() => {
        store.overview.value = renewed(store.overview.peek(), overview)
        store.trouble.value = null
      })
    } catch (error) {
      fail(error)
    }
    overviewAsked = false
    if (askAgain) {
      askAgain = false
      void loadOverview()
    }
    fill()
  }

  function fail(error: unknown): void {
    const pause = RETRY_PAUSES_S[Math.min(failures, RETRY_PAUSES_S.length - 1)] ?? 0
    failures += 1
    const sentence = error instanceof Error ? error.message : String(error)
    store.trouble.value = { sentence, retryAtS: Date.now() / 1000 + pause }
  }

  /** Whether nobody looks any more at what is asked for. At nothing means: the view is changing. */
  function isStale({ plan: { source }, query, batch: { items } }: Request): boolean {
    const wanted = allSources(store.sources).some(({ items }) => items().length > 0)
    const useless = source.query.peek() !== query || !items.some((item) => source.has(item))
    return wanted && useless
  }

  function nextRequest(all: readonly Plan<unknown>[]): Request | null {
    if (store.overview.value === null || store.trouble.value !== null) return null
    for (const plan of all) {
      const { source, units, keeping } = plan
      const missing = missingBatch(source.held.value, units, source.items(), keeping)
      if (missing === null) continue
      const query = source.query.value
      return { plan, query, batch: plan.part(missing), abort: new AbortController() }
    }
    return null
  }

  async function ask({ plan, query, batch: asked, abort }: Request): Promise<void> {
    try {
      const answer = await plan.fetch(asked, abort.signal)
      const { source, keeping } = plan
      source.keep(query, withAnswer(source.heldOf(query), asked, keeping, answer))
      failures = 0
    } catch (error) {
      if (!abort.signal.aborted) fail(error)
    }
    current = null
    fill()
  }

  function fill(): void {
    if (current !== null) {
      if (isStale(current)) current.abort.abort()
      return
    }
    const all = plans(store, client)
    const request = nextRequest(all)
    tell(all, request !== null || overviewAsked)
    if (request === null) {
      if (store.trouble.value === null && !overviewAsked) failures = 0
      return
    }
    current = request
    void ask(request)
  }

  function tell(all: readonly Plan<unknown>[], busy: boolean): void {
    let wanted = 0
    let done = 0
    for (const { source, units, keeping } of all) {
      const of = progress(source.held.peek(), units, source.items(), keeping)
      wanted += of.wanted
      done += of.done
    }
    batch(() => {
      store.progress.value = wanted === 0 ? 1 : done / wanted
      store.busy.value = busy
    })
  }

  let planned = false
  const fillSoon = () => {
    if (planned) return
    planned = true
    queueMicrotask(() => {
      planned = false
      fill()
    })
  }
  store.controls.subscribe(fillSoon)
  for (const { items } of allSources(store.sources)) computed(items).subscribe(fillSoon)

  return () => {
    if (overviewAsked) askAgain = true
    else void loadOverview()
  }
}
