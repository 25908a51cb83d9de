import type { KernelMoments } from '../model/moments'
import { Answers, type Answer } from './answer'
import { arrayAt, decodeFramed, type Framed } from './framing'

interface Header<R> {
  readonly kernels: readonly string[]
  readonly runs: readonly ({ readonly id: string } & R)[]
}

interface OverChannels {
  readonly step: number
  readonly epoch: number
  readonly edges: number
  readonly mean: number
  readonly max: number
}

interface OverBatches {
  readonly step: number
  readonly epoch: number
  readonly n_frames: number
  readonly edges_of_mean: number
  readonly edges_of_max: number
}

const N_EDGES = 33

/** Decodes an answer of `distributions` over channels. */
export function decodeDistributions(buffer: ArrayBuffer): Answer<KernelMoments> {
  const framed = decodeFramed<Header<OverChannels>>(buffer)
  const answers = new Answers<KernelMoments>()
  for (const { id, ...at } of framed.header.runs) {
    const step = arrayAt(framed, at.step, Float64Array)
    const epoch = arrayAt(framed, at.epoch, Float32Array)
    const edges = edgesAt(framed, at.edges, step.length)
    const mean = arrayAt(framed, at.mean, Float32Array)
    const max = arrayAt(framed, at.max, Float32Array)
    framed.header.kernels.forEach((item, row) => {
      const [start, end] = [row * step.length, (row + 1) * step.length]
      answers.set(item, id, {
        step,
        epoch,
        nFrames: null,
        spreads: [{ of: 'channels', edges: edges(row) }],
        mean: mean.subarray(start, end),
        max: max.subarray(start, end),
      })
    })
  }
  return answers.get
}

/** Decodes an answer of `distributions` over batches. */
export function decodeBatches(buffer: ArrayBuffer): Answer<KernelMoments> {
  const framed = decodeFramed<Header<OverBatches>>(buffer)
  const answers = new Answers<KernelMoments>()
  for (const { id, ...at } of framed.header.runs) {
    const step = arrayAt(framed, at.step, Float64Array)
    const epoch = arrayAt(framed, at.epoch, Float64Array)
    const nFrames = arrayAt(framed, at.n_frames, Float64Array)
    const edgesOfMean = edgesAt(framed, at.edges_of_mean, step.length)
    const edgesOfMax = edgesAt(framed, at.edges_of_max, step.length)
    framed.header.kernels.forEach((item, row) => {
      const ofMean = edgesOfMean(row)
      const ofMax = edgesOfMax(row)
      answers.set(item, id, {
        step,
        epoch,
        nFrames,
        spreads: [
          { of: 'mean', edges: ofMean },
          { of: 'max', edges: ofMax },
        ],
        mean: Float32Array.from(ofMean, (edges) => edges[N_EDGES >> 1] ?? NaN),
        max: Float32Array.from(ofMax, (edges) => edges[N_EDGES - 1] ?? NaN),
      })
    })
  }
  return answers.get
}

/** The edges of each step of a row, of an array of `[rows, steps, 33]`. */
function edgesAt(
  framed: Framed<unknown>,
  index: number,
  nSteps: number,
): (row: number) => readonly Float32Array[] {
  const edges = arrayAt(framed, index, Float32Array)
  return (row) =>
    Array.from({ length: nSteps }, (_, i) => {
      const start = (row * nSteps + i) * N_EDGES
      return edges.subarray(start, start + N_EDGES)
    })
}
