import { describe, expect, it } from 'vitest'

import { momentExtents, sharedExtents, sharingInForce } from '../../src/model/panel-axes'
import { batches, moments } from '../samples'

const FOUND = [
  { moments: moments([0, 1], [[1, 2], [4, 8]]) }, // prettier-ignore
  { moments: moments([0, 1], [[0.5, 1], [NaN, NaN]]) }, // prettier-ignore
]
const ALL = [[0, 3], [2, 9]] as const // prettier-ignore

function shared(shareX: 'column' | 'row' | 'all' | 'none', shape: 'histogram' | 'ridgeline') {
  return sharedExtents(FOUND, 2, { shareX, shape }, ALL)
}

describe('momentExtents', () => {
  it('spans all runs at each moment, but not what is not finite', () => {
    expect(momentExtents(FOUND, 2)).toEqual([[0.5, 2], [4, 8]]) // prettier-ignore
  })

  it('spans mean and largest norm over batches', () => {
    expect(momentExtents([{ moments: batches([1], [[1, 2]]) }], 1)).toEqual([[1, 4]])
  })

  it('is null where nothing is held', () => {
    expect(momentExtents(FOUND, 3)[2]).toBeNull()
  })
})

describe('sharedExtents', () => {
  it('is one extent for a column', () => {
    expect(shared('column', 'histogram')).toEqual([[0.5, 8], [0.5, 8]]) // prettier-ignore
  })

  it('is one for each row of the grid', () => {
    expect(shared('row', 'histogram')).toEqual(ALL)
  })

  it('is one for the whole grid', () => {
    expect(shared('all', 'histogram')).toEqual([[0, 9], [0, 9]]) // prettier-ignore
  })

  it('is one for each panel', () => {
    expect(shared('none', 'histogram')).toEqual([[0.5, 2], [4, 8]]) // prettier-ignore
  })

  it('leaves the ridges of a column on one axis', () => {
    expect(shared('none', 'ridgeline')).toEqual(shared('column', 'histogram'))
    expect(shared('row', 'ridgeline')).toEqual(shared('all', 'histogram'))
  })
})

it('says which sharing is in force', () => {
  expect(sharingInForce({ shape: 'density', shareX: 'none' })).toBe('none')
  expect(sharingInForce({ shape: 'ridgeline', shareX: 'none' })).toBe('column')
})
