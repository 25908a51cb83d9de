import { SERIES_COLUMNS, type KernelSeries } from '../model/series'
import { arrayAt, decodeFramed } from './framing'

interface SeriesHeader {
  readonly kernels: readonly string[]
  readonly columns: readonly string[]
  readonly runs: readonly {
    readonly id: string
    readonly step: number
    readonly epoch: number
    readonly values: number
  }[]
}

/** Finds what was answered for a kernel and a run; undefined if nothing was. */
export type Answer<V> = (kernel: string, run: string) => V | undefined

/** Decodes an answer of `series` that has the columns of `SERIES_COLUMNS`. */
export function decodeSeries(buffer: ArrayBuffer): Answer<KernelSeries> {
  const framed = decodeFramed<SeriesHeader>(buffer)
  const { columns, kernels, runs } = framed.header
  const found = new Map<string, KernelSeries>()
  for (const { id, ...at } of runs) {
    const step = arrayAt(framed, at.step, Float64Array)
    const epoch = arrayAt(framed, at.epoch, Float32Array)
    const values = arrayAt(framed, at.values, Float32Array)
    kernels.forEach((kernel, row) => {
      const column = (name: string) => {
        const start = (row * columns.length + columns.indexOf(name)) * step.length
        return values.subarray(start, start + step.length)
      }
      found.set(key(kernel, id), {
        step,
        epoch,
        mean: column(SERIES_COLUMNS.mean),
        max: column(SERIES_COLUMNS.max),
        low: column(SERIES_COLUMNS.low),
        high: column(SERIES_COLUMNS.high),
      })
    })
  }
  return (kernel, run) => found.get(key(kernel, run))
}

export function key(kernel: string, run: string): string {
  return `${kernel} ${run}`
}
