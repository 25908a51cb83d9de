import type { RunInfo } from './overview'

/**
 * What was fetched, by item (a kernel's id, or several joined by dots), then by unit. `value` is
 * null where the server had nothing; `version` tells whether it is still what it would answer.
 */
export type Held<V> = ReadonlyMap<string, ReadonlyMap<string, HeldEntry<V>>>

export interface HeldEntry<V> {
  readonly version: string
  readonly generation: string
  /** Up to this step nothing changes any more within the generation. */
  readonly until: number
  readonly value: V | null
}

/** Runs that one answer is about: one, those of a curve, or all. */
export interface Unit {
  readonly id: string
  readonly runs: readonly RunInfo[]
}

/** A request: every one of these units with every one of these items. */
export interface Batch {
  readonly units: readonly Unit[]
  readonly items: readonly string[]
  /** For each unit the step after which its frames are new; null if they all are. */
  readonly since: readonly number[] | null
}

/** How what is held relates to what the server has. */
export interface Keeping<V> {
  /** Changes whenever the server would answer something else. */
  readonly version: (unit: Unit) => string
  /** Up to which step an answer given now stays as it is; −∞ if it cannot be continued. */
  readonly until: (unit: Unit) => number
  /** Whether to ask only for what is new; otherwise for everything, which comes thinned out. */
  readonly canContinue: (value: V) => boolean
  readonly continued: (value: V, since: number, more: V) => V
  /** The largest number of items in a request. */
  readonly limit: number
}

/** Changes whenever the server has something new of a run. */
export function runVersion(run: RunInfo): string {
  return `${run.generation}:${run.n_frames}:${run.last_step}`
}

export function unitVersion({ runs }: Unit): string {
  return runs.map((run) => `${run.id}:${runVersion(run)}`).join(',')
}

function generation({ runs }: Unit): string {
  return runs.map((run) => `${run.id}:${run.generation}`).join(',')
}

const MAX_ITEM_CHARACTERS = 6000
const kernelsOf = new WeakMap<RunInfo, ReadonlySet<string>>()

function kernelsIn(run: RunInfo): ReadonlySet<string> {
  const known = kernelsOf.get(run) ?? new Set(run.kernels)
  kernelsOf.set(run, known)
  return known
}

/** Whether a run of the unit has a kernel of the item. */
function has(unit: Unit, item: string): boolean {
  const ids = item.split('.')
  return unit.runs.some((run) => ids.some((id) => kernelsIn(run).has(id)))
}

/** The number of answers that are wanted, and how many of them are held and up to date. */
export function progress<V>(
  held: Held<V>,
  units: readonly Unit[],
  items: readonly string[],
  { version }: Keeping<V>,
): { readonly wanted: number; readonly done: number } {
  let wanted = 0
  let done = 0
  const versions = units.map(version)
  for (const item of items) {
    units.forEach((unit, i) => {
      if (!has(unit, item)) return
      wanted += 1
      if (held.get(item)?.get(unit.id)?.version === versions[i]) done += 1
    })
  }
  return { wanted, done }
}

/**
 * The next request that fills gaps; null if nothing is missing. Answers that are held and can be
 * continued are asked for apart from those that are not.
 */
export function missingBatch<V>(
  held: Held<V>,
  units: readonly Unit[],
  items: readonly string[],
  keeping: Keeping<V>,
): Batch | null {
  const missing = new Set<Unit>()
  const chosen = new Map<string, readonly Unit[]>()
  const versions = units.map(keeping.version)
  let continuing: boolean | undefined
  let characters = 0
  for (const item of items) {
    const ofItem: Unit[] = []
    units.forEach((unit, i) => {
      if (held.get(item)?.get(unit.id)?.version === versions[i] || !has(unit, item)) return
      const kind = continuable(held, unit, item, keeping) !== null
      continuing ??= kind
      if (kind === continuing) ofItem.push(unit)
    })
    if (ofItem.length === 0) continue
    characters += item.length + 1
    if (chosen.size > 0 && (chosen.size === keeping.limit || characters > MAX_ITEM_CHARACTERS)) {
      break
    }
    chosen.set(item, ofItem)
    for (const unit of ofItem) missing.add(unit)
  }
  if (chosen.size === 0) return null
  const wanted = units.filter((unit) => missing.has(unit))
  const since = wanted.map((unit) => {
    const known = [...chosen].flatMap(([item, ofItem]) =>
      ofItem.includes(unit) ? [continuable(held, unit, item, keeping)?.until ?? 0] : [],
    )
    return Math.min(...known)
  })
  return { units: wanted, items: [...chosen.keys()], since: continuing === true ? since : null }
}

interface Continuable<V> {
  readonly until: number
  readonly value: V
}

/** What is held and needs only what is new. */
function continuable<V>(
  held: Held<V>,
  unit: Unit,
  item: string,
  { canContinue }: Keeping<V>,
): Continuable<V> | null {
  const entry = held.get(item)?.get(unit.id)
  if (entry?.generation !== generation(unit)) return null
  const { until, value } = entry
  return until >= 0 && value !== null && canContinue(value) ? { until, value } : null
}

/** `held` and an answer; inner maps of other items stay the same objects. */
export function withAnswer<V>(
  held: Held<V>,
  batch: Batch,
  keeping: Keeping<V>,
  answer: (item: string, unit: string) => V | undefined,
): Held<V> {
  const next = new Map(held)
  for (const item of batch.items) {
    const byUnit = new Map(held.get(item))
    batch.units.forEach((unit, i) => {
      const found = answer(item, unit.id) ?? null
      const since = batch.since?.[i]
      const value =
        since === undefined ? found : extended(continuable(held, unit, item, keeping), since, found)
      // The end of something that is not held is of no use: it is asked for as a whole later.
      if (value === undefined) return
      byUnit.set(unit.id, {
        version: keeping.version(unit),
        generation: generation(unit),
        until: keeping.until(unit),
        value,
      })
    })
    next.set(item, byUnit)
  }
  return next

  function extended(
    start: Continuable<V> | null,
    since: number,
    end: V | null,
  ): V | null | undefined {
    if (start === null || start.until < since) return undefined
    return end && keeping.continued(start.value, since, end)
  }
}
