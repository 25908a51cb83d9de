import type { Column, Columns, KernelSeries } from '../model/series'
import { Answers, type Answer } from './answer'
import { arrayAt, decodeFramed } from './framing'

interface SeriesHeader {
  readonly kernels: readonly string[]
  readonly columns: readonly Column[]
  readonly runs: readonly {
    readonly id: string
    readonly step: number
    readonly epoch: number
    readonly wall_time_s: number
    readonly values: number
    /** With seeds put together. */
    readonly low?: number
    readonly high?: number
    readonly n_runs?: number
  }[]
}

/** Decodes an answer of `series`. */
export function decodeSeries(buffer: ArrayBuffer): Answer<KernelSeries> {
  const framed = decodeFramed<SeriesHeader>(buffer)
  const { columns, kernels, runs } = framed.header
  const answers = new Answers<KernelSeries>()
  for (const { id, ...at } of runs) {
    const step = arrayAt(framed, at.step, Float64Array)
    const epoch = arrayAt(framed, at.epoch, Float32Array)
    const wallTime = arrayAt(framed, at.wall_time_s, Float64Array)
    const rows = (index: number) => {
      const values = arrayAt(framed, index, Float32Array)
      return (row: number): Columns =>
        new Map(
          columns.map((name, i) => {
            const start = (row * columns.length + i) * step.length
            return [name, values.subarray(start, start + step.length)]
          }),
        )
    }
    const values = rows(at.values)
    const seeds =
      at.low === undefined || at.high === undefined || at.n_runs === undefined
        ? null
        : {
            low: rows(at.low),
            high: rows(at.high),
            nRuns: arrayAt(framed, at.n_runs, Float64Array),
          }
    kernels.forEach((item, row) => {
      answers.set(item, id, {
        step,
        epoch,
        wallTime,
        columns: values(row),
        seeds: seeds && { low: seeds.low(row), high: seeds.high(row), nRuns: seeds.nRuns },
      })
    })
  }
  return answers.get
}
