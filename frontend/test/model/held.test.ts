import { describe, expect, it } from 'vitest'

import {
  missingBatch,
  progress,
  unitVersion,
  withAnswer,
  type Batch,
  type Held,
  type Keeping,
} from '../../src/model/held'
import { curve } from '../samples'

const A = curve('a', { kernels: ['k', 'l'] })
const B = curve('b', { kernels: ['k'] })
const NOTHING: Held<string> = new Map()

/** Answers that are asked for as a whole. */
const WHOLE: Keeping<string> = {
  version: unitVersion,
  until: () => -Infinity,
  canContinue: () => false,
  continued: (_held, _since, more) => more,
  limit: 64,
}

/** Texts of which the end is asked for. */
const GROWING: Keeping<string> = {
  ...WHOLE,
  until: ({ runs }) => Math.min(...runs.map((run) => run.last_step)),
  canContinue: (value) => value.length < 60,
  continued: (held, since, more) => `${held} | ${since}: ${more}`,
}

function answer(item: string, id: string): string {
  return `${item} of ${id}`
}

function all(...items: readonly string[]): Batch {
  return { units: [A, B], items, since: null }
}

function grown(name: string, changes: object = {}) {
  return curve(name, { kernels: ['k', 'l'], last_step: 1010, n_frames: 102, ...changes })
}

describe('missingBatch', () => {
  it('asks for everything visible at first', () => {
    expect(missingBatch(NOTHING, [A, B], ['k', 'l'], WHOLE)).toEqual(all('k', 'l'))
  })

  it('does not ask for kernels that a run lacks', () => {
    expect(missingBatch(NOTHING, [B], ['l'], WHOLE)).toBeNull()
    expect(missingBatch(NOTHING, [B], ['l.k'], WHOLE)?.items).toEqual(['l.k'])
  })

  it('asks for a run again only once it has something new', () => {
    const held = withAnswer(NOTHING, all('k', 'l'), WHOLE, answer)
    expect(missingBatch(held, [A, B], ['k', 'l'], WHOLE)).toBeNull()
    const unit = grown('b', { kernels: ['k'] })
    expect(missingBatch(held, [A, unit], ['k', 'l'], WHOLE)).toEqual({
      units: [unit],
      items: ['k'],
      since: null,
    })
  })

  it('does not ask again for what the server does not have', () => {
    const held = withAnswer(NOTHING, all('k'), WHOLE, () => undefined)
    expect(missingBatch(held, [A], ['k'], WHOLE)).toBeNull()
  })

  it('keeps a request short', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `k${i}`)
    const unit = curve('a', { kernels: ids })
    expect(missingBatch(NOTHING, [unit], ids, WHOLE)?.items).toEqual(ids.slice(0, 64))
    const long = Array.from({ length: 5 }, (_, i) => `${ids.join('.')}.${i}`)
    const characters = missingBatch(NOTHING, [unit], long, WHOLE)?.items.join().length ?? Infinity
    expect(characters).toBeLessThan(6000)
  })

  it('asks only for what is new where that is enough', () => {
    const held = withAnswer(NOTHING, all('k', 'l'), GROWING, answer)
    const unit = grown('a')
    expect(missingBatch(held, [unit, B], ['k', 'l'], GROWING)).toEqual({
      units: [unit],
      items: ['k', 'l'],
      since: [1000],
    })
  })

  it('asks for everything where frames may have been replaced, or there are too many', () => {
    const held = withAnswer(NOTHING, all('k'), GROWING, answer)
    const replaced = grown('a', { generation: '2' })
    expect(missingBatch(held, [replaced], ['k'], GROWING)?.since).toBeNull()
    const long = withAnswer(NOTHING, all('k'), GROWING, () => 'long'.repeat(20))
    expect(missingBatch(long, [grown('a')], ['k'], GROWING)?.since).toBeNull()
  })

  it('asks apart for what is new and for what is not held at all', () => {
    const held = withAnswer(NOTHING, all('k'), GROWING, answer)
    const unit = grown('a')
    const first = missingBatch(held, [unit], ['k', 'l'], GROWING)
    expect(first).toEqual({ units: [unit], items: ['k'], since: [1000] })
    const next = withAnswer(held, first ?? all(), GROWING, () => 'end')
    expect(missingBatch(next, [unit], ['k', 'l'], GROWING)).toEqual({
      units: [unit],
      items: ['l'],
      since: null,
    })
  })
})

describe('withAnswer', () => {
  it('leaves the maps of other items the same', () => {
    const first = withAnswer(NOTHING, { ...all('k'), units: [A] }, WHOLE, answer)
    const second = withAnswer(first, { ...all('l'), units: [A] }, WHOLE, answer)
    expect(second.get('k')).toBe(first.get('k'))
    expect(second.get('l')?.get(A.id)?.value).toBe(`l of ${A.id}`)
    expect(first.has('l')).toBe(false)
  })

  it('continues what is held, from the step that was asked for', () => {
    const held = withAnswer(NOTHING, all('k'), GROWING, answer)
    const batch = { units: [grown('a')], items: ['k'], since: [1000] }
    const next = withAnswer(held, batch, GROWING, () => 'end')
    expect(next.get('k')?.get(A.id)).toMatchObject({
      value: 'k of id of a | 1000: end',
      until: 1010,
    })
    expect(missingBatch(next, batch.units, ['k'], GROWING)).toBeNull()
  })

  it('throws an end away that continues nothing', () => {
    const batch = { units: [grown('a')], items: ['k'], since: [1000] }
    const next = withAnswer(NOTHING, batch, GROWING, () => 'end')
    expect(next.get('k')?.size).toBe(0)
  })
})

describe('progress', () => {
  it('counts what is wanted and what is up to date', () => {
    const held = withAnswer(NOTHING, all('k'), WHOLE, answer)
    expect(progress(held, [grown('a'), B], ['k', 'l'], WHOLE)).toEqual({ wanted: 3, done: 1 })
  })
})
