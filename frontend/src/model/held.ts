import type { RunInfo } from './overview'

/**
 * What was fetched, by kernel id, then run id. `value` is null where the server had nothing;
 * `version` tells whether it is still what the server would answer.
 */
export type Held<V> = ReadonlyMap<string, ReadonlyMap<string, HeldEntry<V>>>

export interface HeldEntry<V> {
  readonly version: string
  readonly value: V | null
}

/** A request: every one of these runs with every one of these kernels. */
export interface Batch {
  readonly runs: readonly RunInfo[]
  readonly kernels: readonly string[]
}

/** Changes whenever the server has something new of a run. */
export function runVersion(run: RunInfo): string {
  return `${run.n_frames}:${run.last_step}:${run.last_wall_time_s}`
}

/** The next request that fills gaps, at most `limit` kernels long; null if nothing is missing. */
export function missingBatch<V>(
  held: Held<V>,
  runs: readonly RunInfo[],
  kernels: readonly string[],
  version: (run: RunInfo) => string,
  limit = 64,
): Batch | null {
  const missingRuns = new Set<RunInfo>()
  const missingKernels = new Set<string>()
  const inRun = new Map(runs.map((run) => [run, new Set(run.kernels)]))
  for (const kernel of kernels) {
    if (missingKernels.size === limit) break
    for (const run of runs) {
      if (inRun.get(run)?.has(kernel) !== true) continue
      if (held.get(kernel)?.get(run.id)?.version === version(run)) continue
      missingRuns.add(run)
      missingKernels.add(kernel)
    }
  }
  if (missingRuns.size === 0) return null
  return { runs: runs.filter((run) => missingRuns.has(run)), kernels: [...missingKernels] }
}

/** `held` and an answer; inner maps of other kernels stay the same objects. */
export function withAnswer<V>(
  held: Held<V>,
  batch: Batch,
  version: (run: RunInfo) => string,
  answer: (kernel: string, run: string) => V | undefined,
): Held<V> {
  const next = new Map(held)
  for (const kernel of batch.kernels) {
    const byRun = new Map(held.get(kernel))
    for (const run of batch.runs) {
      byRun.set(run.id, { version: version(run), value: answer(kernel, run.id) ?? null })
    }
    next.set(kernel, byRun)
  }
  return next
}
