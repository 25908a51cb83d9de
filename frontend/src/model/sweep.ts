import type { KernelSnapshot } from './snapshot'

/** Norm against weight decay of one row; runs without decay have no place on a log axis. */
export interface SweepPoint {
  readonly runId: string
  readonly decay: number
  readonly mean: number
}

/** The points in order of decay. */
export function sweepPoints({ runs }: KernelSnapshot): readonly SweepPoint[] {
  return [...runs]
    .map(([runId, { decay, values }]) => ({ runId, decay, mean: values.get('mean') ?? NaN }))
    .toSorted((a, b) => a.decay - b.decay)
}
