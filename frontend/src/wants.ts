import { signal } from '@preact/signals'

/** Which items the charts on the screen need; the first to ask comes first. */
export interface Wants {
  /** Reading it in a computed signal or an effect follows the changes. */
  readonly items: () => readonly string[]
  readonly has: (item: string) => boolean
  /** Says that an item is needed; the function returned takes that back. */
  readonly add: (item: string) => () => void
}

export function createWants(): Wants {
  const counts = new Map<string, number>()
  const changes = signal(0)
  const change = (item: string, by: number) => {
    const n = (counts.get(item) ?? 0) + by
    if (n > 0) counts.set(item, n)
    else counts.delete(item)
    changes.value += 1
  }
  return {
    items: () => {
      // Read to subscribe the caller: a set for each change would take long with many charts.
      return changes.value === 0 ? [] : [...counts.keys()]
    },
    has: (item) => counts.has(item),
    add: (item) => {
      change(item, 1)
      return () => {
        change(item, -1)
      }
    },
  }
}
