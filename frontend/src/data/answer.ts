/** Finds what was answered about an item and a run; undefined if nothing was. */
export type Answer<V> = (item: string, run: string) => V | undefined

/** What was answered, by item and run. */
export class Answers<V> {
  readonly #found = new Map<string, V>()

  set(item: string, run: string, value: V): void {
    this.#found.set(`${item} ${run}`, value)
  }

  readonly get: Answer<V> = (item, run) => this.#found.get(`${item} ${run}`)
}
