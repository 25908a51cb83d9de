import { computed, signal, type ReadonlySignal } from '@preact/signals'

import type { Held } from './model/held'
import { withShelf, type Shelves } from './model/shelves'
import { createWants, type Wants } from './wants'

/** One kind of answers: what is wanted of it and what is held. */
export interface Source<V> extends Wants {
  /** Names everything but runs and items that the answers depend on. */
  readonly query: ReadonlySignal<string>
  /** What was answered to the current query. */
  readonly held: ReadonlySignal<Held<V>>
  /** What was answered to a query, without subscribing. */
  heldOf(query: string): Held<V>
  keep(query: string, held: Held<V>): void
}

const NOTHING: Held<never> = new Map()

export function createSource<V>(parameters: () => unknown): Source<V> {
  const query = computed(() => JSON.stringify(parameters()))
  const shelves = signal<Shelves<V>>(new Map())
  return {
    ...createWants(),
    query,
    held: computed(() => shelves.value.get(query.value) ?? NOTHING),
    heldOf: (name) => shelves.peek().get(name) ?? NOTHING,
    keep(name, held) {
      shelves.value = withShelf(shelves.peek(), name, held)
    },
  }
}
