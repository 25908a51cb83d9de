/** What there is to see, as `overview` answers it (tb_wdnorm/serve/http_api.md). */
export interface Overview {
  readonly runs: readonly RunInfo[]
  readonly kernels: readonly KernelInfo[]
  /** Ids of runs, in lists of those that differ in their seed only. */
  readonly replicates: readonly (readonly string[])[]
  readonly baseline: string | null
  readonly norm: string
}

export interface RunInfo {
  readonly id: string
  readonly name: string
  /** The decay as the user wrote it, or `none`. */
  readonly label: string
  /** Orders the runs; 0 without decay. */
  readonly decay: number
  readonly kernels: readonly string[]
  readonly n_frames: number
  readonly first_step: number
  readonly last_step: number
  readonly first_epoch: number | null
  readonly last_epoch: number | null
  readonly first_wall_time_s: number
  readonly last_wall_time_s: number
  /** Whether it seems to be written to. */
  readonly growing: boolean
  /** Changes when frames sent before may have been replaced. */
  readonly generation: string
}

export interface KernelInfo {
  readonly id: string
  readonly path: string
  readonly layer: string
  readonly layer_class: string
  readonly role: string
  readonly shape: readonly number[]
  readonly channel_axes: readonly number[]
  readonly n_channels: number
  readonly group: string
  readonly target: readonly [low: number, high: number] | null
}

/** `next` with the objects of `before` where their content is the same, so that no chart is redrawn. */
export function renewed(before: Overview | null, next: Overview): Overview {
  if (before === null) return next
  const kernels = kept(before.kernels, next.kernels)
  const runs = kept(before.runs, next.runs)
  return { ...next, kernels, runs }
}

function kept<T extends { readonly id: string }>(
  before: readonly T[],
  next: readonly T[],
): readonly T[] {
  const known = new Map(before.map((one) => [one.id, one]))
  const result = next.map((one) => {
    const old = known.get(one.id)
    return old !== undefined && JSON.stringify(old) === JSON.stringify(one) ? old : one
  })
  const same = result.length === before.length && result.every((one, i) => one === before[i])
  return same ? before : result
}
