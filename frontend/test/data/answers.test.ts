import { describe, expect, it } from 'vitest'

import golden from '../../../tests/golden/answers.json'
import { decodeDistributions } from '../../src/data/distributions'
import { decodeSeries } from '../../src/data/series'

/** What the plugin answered; tests/contract/test_answers.py checks that it still does. */
function answered({ base64 }: { readonly base64: string }): ArrayBuffer {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer
}

/** Numbers, of which JSON has some as text. */
function floats(numbers: readonly (number | string)[]): Float32Array {
  return Float32Array.from(numbers, Number)
}

describe('decodeSeries', () => {
  const { run, step, epoch, kernels } = golden.series
  const answer = decodeSeries(answered(golden.series))
  it.each(Object.entries(kernels))('reads what the plugin answers about %s', (id, kernel) => {
    expect(answer(id, run)).toEqual({
      step: Float64Array.from(step),
      epoch: floats(epoch),
      wallTime: expect.any(Float64Array) as Float64Array,
      columns: new Map(Object.entries(kernel).map(([name, values]) => [name, floats(values)])),
      seeds: null,
    })
  })
})

describe('decodeDistributions', () => {
  const { run, step, epoch, kernels } = golden.distributions
  const answer = decodeDistributions(answered(golden.distributions))
  it.each(Object.entries(kernels))('reads what the plugin answers about %s', (id, kernel) => {
    expect(answer(id, run)).toEqual({
      step: Float64Array.from(step),
      epoch: floats(epoch),
      nFrames: null,
      spreads: [{ of: 'channels', edges: kernel.edges.map(floats) }],
      mean: floats(kernel.mean),
      max: floats(kernel.max),
    })
  })
})
