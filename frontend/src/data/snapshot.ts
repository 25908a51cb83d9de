import type { Column } from '../model/series'
import type { KernelSnapshot } from '../model/snapshot'
import { arrayAt, decodeFramed } from './framing'

interface SnapshotHeader {
  readonly kernels: readonly string[]
  readonly columns: readonly Column[]
  readonly runs: readonly {
    readonly id: string
    readonly decay: number
    readonly kind: string
    readonly step: number
    readonly epoch: number | null
  }[]
  readonly kinds: readonly string[]
  readonly values: number
  readonly target_decay: number
}

/** Decodes an answer of `snapshot`; it is found by item, of all runs together. */
export function decodeSnapshot(buffer: ArrayBuffer): (item: string) => KernelSnapshot | undefined {
  const framed = decodeFramed<SnapshotHeader>(buffer)
  const { columns, kernels, kinds, runs, ...at } = framed.header
  const values = arrayAt(framed, at.values, Float32Array)
  const targetDecay = arrayAt(framed, at.target_decay, Float64Array)
  const found = new Map<string, KernelSnapshot>()
  kernels.forEach((item, row) => {
    const ofRuns = runs.map(({ id, decay, kind, step, epoch }, i) => {
      const start = (i * kernels.length + row) * columns.length
      const ofColumns = new Map(columns.map((name, j) => [name, values[start + j] ?? NaN]))
      return [id, { step, epoch: epoch ?? NaN, decay, kind, values: ofColumns }] as const
    })
    const targetDecays = kinds.map((kind, i) => {
      return [kind, targetDecay[i * kernels.length + row] ?? NaN] as const
    })
    found.set(item, { runs: new Map(ofRuns), targetDecays: new Map(targetDecays) })
  })
  return (item) => found.get(item)
}
