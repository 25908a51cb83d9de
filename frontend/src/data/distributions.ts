import type { KernelMoments } from '../model/series'
import { arrayAt, decodeFramed } from './framing'
import { key, type Answer } from './series'

interface DistributionsHeader {
  readonly kernels: readonly string[]
  readonly steps: readonly number[]
  readonly runs: readonly {
    readonly id: string
    readonly step: number
    readonly epoch: number
    readonly edges: number
    readonly mean: number
    readonly max: number
  }[]
}

const N_EDGES = 33

/** Decodes an answer of `distributions`. */
export function decodeDistributions(buffer: ArrayBuffer): Answer<KernelMoments> {
  const framed = decodeFramed<DistributionsHeader>(buffer)
  const { kernels, runs } = framed.header
  const found = new Map<string, KernelMoments>()
  for (const { id, ...at } of runs) {
    const step = arrayAt(framed, at.step, Float64Array)
    const epoch = arrayAt(framed, at.epoch, Float32Array)
    const edges = arrayAt(framed, at.edges, Float32Array)
    const mean = arrayAt(framed, at.mean, Float32Array)
    const max = arrayAt(framed, at.max, Float32Array)
    const n = step.length
    kernels.forEach((kernel, row) => {
      found.set(key(kernel, id), {
        step,
        epoch,
        edges: Array.from({ length: n }, (_, i) => {
          const start = (row * n + i) * N_EDGES
          return edges.subarray(start, start + N_EDGES)
        }),
        mean: mean.subarray(row * n, (row + 1) * n),
        max: max.subarray(row * n, (row + 1) * n),
      })
    })
  }
  return (kernel, run) => found.get(key(kernel, run))
}
