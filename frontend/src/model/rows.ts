import type { Controls, Grouping } from './controls'
import { filter, grouper } from './filter'
import type { KernelInfo, RunInfo } from './overview'

/** What is one row, card or column: a kernel, or several of which the channels are put together. */
export interface KernelSet {
  /** Short and stable, for links: the kernel's id, or `=` and the name of the group. */
  readonly key: string
  /** The item of `kernels` in requests: the ids joined by dots. */
  readonly item: string
  readonly name: string
  /** At least one. */
  readonly kernels: readonly KernelInfo[]
  readonly nChannels: number
  /** Null unless all kernels have the same. */
  readonly target: KernelInfo['target']
}

/** Kernels that belong together, in model order. */
export interface Section {
  readonly name: string
  readonly whole: KernelSet
  readonly rows: readonly KernelSet[]
}

export function kernelSet(name: string, kernels: readonly KernelInfo[]): KernelSet {
  const [first] = kernels
  const shared = kernels.every(({ target }) => sameTarget(target, first?.target ?? null))
  return {
    key: kernels.length === 1 ? (first?.id ?? '') : `=${name}`,
    item: kernels.map(({ id }) => id).join('.'),
    name,
    kernels,
    nChannels: kernels.reduce((sum, kernel) => sum + kernel.n_channels, 0),
    target: shared ? (first?.target ?? null) : null,
  }
}

function sameTarget(a: KernelInfo['target'], b: KernelInfo['target']): boolean {
  return a === b || (a !== null && b !== null && a[0] === b[0] && a[1] === b[1])
}

/** Whether the run has one of the row's kernels. */
export function hasKernel(run: RunInfo, { kernels }: KernelSet): boolean {
  return kernels.some(({ id }) => run.kernels.includes(id))
}

/** The kernels that some of the runs have. */
export function kernelsOf(
  runs: readonly RunInfo[],
  kernels: readonly KernelInfo[],
): readonly KernelInfo[] {
  const ids = new Set(runs.flatMap((run) => run.kernels))
  return kernels.filter(({ id }) => ids.has(id))
}

/** The kernels whose paths match the filter. */
export function matchingKernels(
  kernels: readonly KernelInfo[],
  { kernelFilter }: Controls,
): readonly KernelInfo[] {
  const { matches } = filter(kernelFilter)
  return kernels.filter(({ path }) => matches(path))
}

/**
 * The kernels in their groups, both in model order. Each kernel by itself is in the group that was
 * logged; one that the user's pattern does not match is a group of its own.
 */
export function sections(
  kernels: readonly KernelInfo[],
  groupBy: Grouping,
  groupPattern: string,
): readonly Section[] {
  const nameOf = groupNames(groupBy, groupPattern)
  const groups = new Map<string, { name: string; members: KernelInfo[] }>()
  for (const kernel of kernels) {
    const name = nameOf(kernel)
    const key = name === null ? `kernel ${kernel.id}` : `group ${name}`
    const found = groups.get(key)
    if (found === undefined) groups.set(key, { name: name ?? kernel.path, members: [kernel] })
    else found.members.push(kernel)
  }
  return [...groups.values()].map(({ name, members }) => ({
    name,
    whole: kernelSet(name, members),
    rows: eachKernel(members),
  }))
}

function groupNames(groupBy: Grouping, pattern: string): (kernel: KernelInfo) => string | null {
  switch (groupBy) {
    case 'kernel':
    case 'group':
      return ({ group }) => group
    case 'layer':
      return ({ layer }) => layer
    case 'role':
      return ({ role }) => role
    case 'pattern': {
      const { nameOf } = grouper(pattern)
      return ({ path }) => nameOf(path)
    }
  }
}

/** Each kernel as a row. */
export function eachKernel(kernels: readonly KernelInfo[]): readonly KernelSet[] {
  return kernels.map((kernel) => kernelSet(kernel.path, [kernel]))
}

/**
 * The rows as they are shown: those that are pinned first, and on request those that are out of
 * their target range, the furthest first, before the others. `distances` are by item; NaN or none
 * for a row without target.
 */
export function ordered(
  rows: readonly KernelSet[],
  { order, pinned }: Controls,
  distances: ReadonlyMap<string, number>,
): readonly KernelSet[] {
  const rank = ({ key, item }: KernelSet) => {
    const distance = order === 'target' ? Math.abs(distances.get(item) ?? 0) : 0
    return [pinned.has(key) ? 1 : 0, distance > 0 ? distance : 0] as const
  }
  const ranks = new Map(rows.map((row) => [row, rank(row)]))
  return rows.toSorted((a, b) => {
    const [pinA, distanceA] = ranks.get(a) ?? [0, 0]
    const [pinB, distanceB] = ranks.get(b) ?? [0, 0]
    return pinB - pinA || distanceB - distanceA
  })
}
