import { describe, expect, it } from 'vitest'

import { missingBatch, runVersion, withAnswer, type Held } from '../../src/model/held'
import { run } from '../samples'

const A = run('a', { kernels: ['k', 'l'] })
const B = run('b', { kernels: ['k'] })
const NOTHING: Held<string> = new Map()

function answer(kernel: string, id: string): string {
  return `${kernel} of ${id}`
}

describe('missingBatch', () => {
  it('asks for everything visible at first', () => {
    expect(missingBatch(NOTHING, [A, B], ['k', 'l'], runVersion)).toEqual({
      runs: [A, B],
      kernels: ['k', 'l'],
    })
  })

  it('does not ask for kernels that a run lacks', () => {
    expect(missingBatch(NOTHING, [B], ['l'], runVersion)).toBeNull()
  })

  it('asks for a run again only once it has something new', () => {
    const held = withAnswer(NOTHING, { runs: [A, B], kernels: ['k', 'l'] }, runVersion, answer)
    expect(missingBatch(held, [A, B], ['k', 'l'], runVersion)).toBeNull()
    const grown = { ...B, n_frames: 102 }
    expect(missingBatch(held, [A, grown], ['k', 'l'], runVersion)).toEqual({
      runs: [grown],
      kernels: ['k'],
    })
  })

  it('does not ask again for what the server does not have', () => {
    const held = withAnswer(NOTHING, { runs: [A], kernels: ['k'] }, runVersion, () => undefined)
    expect(missingBatch(held, [A], ['k'], runVersion)).toBeNull()
  })

  it('keeps a request short', () => {
    const kernels = Array.from({ length: 300 }, (_, i) => `k${i}`)
    const batch = missingBatch(NOTHING, [run('a', { kernels })], kernels, runVersion, 64)
    expect(batch?.kernels).toEqual(kernels.slice(0, 64))
  })
})

describe('withAnswer', () => {
  it('leaves the maps of other kernels the same', () => {
    const first = withAnswer(NOTHING, { runs: [A], kernels: ['k'] }, runVersion, answer)
    const second = withAnswer(first, { runs: [A], kernels: ['l'] }, runVersion, answer)
    expect(second.get('k')).toBe(first.get('k'))
    expect(second.get('l')?.get(A.id)?.value).toBe(`l of ${A.id}`)
    expect(first.has('l')).toBe(false)
  })
})
