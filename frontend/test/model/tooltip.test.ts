import { describe, expect, it } from 'vitest'

import { readPanel } from '../../src/model/tooltip'

describe('readPanel', () => {
  it('is null for an empty panel', () => {
    expect(readPanel({ runs: [], left: [], x: [0, 1], y: [0, 1] })).toBeNull()
  })
})
