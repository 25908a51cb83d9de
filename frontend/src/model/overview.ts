/** What there is to see, as `overview` answers it (tb_wdnorm/serve/http_api.md). */
export interface Overview {
  readonly runs: readonly RunInfo[]
  readonly kernels: readonly KernelInfo[]
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
  readonly last_epoch: number | null
  readonly first_wall_time_s: number
  readonly last_wall_time_s: number
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
