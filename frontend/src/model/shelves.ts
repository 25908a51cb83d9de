import type { Held } from './held'

/** What is held for each of the latest queries, so that going back shows it at once. */
export type Shelves<V> = ReadonlyMap<string, Held<V>>

const N_SHELVES = 6

/** The shelves with another content for a query, which becomes the latest. */
export function withShelf<V>(shelves: Shelves<V>, query: string, held: Held<V>): Shelves<V> {
  const next = new Map(shelves)
  next.delete(query)
  next.set(query, held)
  for (const oldest of next.keys()) {
    if (next.size <= N_SHELVES) break
    next.delete(oldest)
  }
  return next
}
