import { describe, expect, it } from 'vitest'

import { readPanel } from '../../src/model/tooltip'

describe('readPanel', () => {
  it('is null for an empty panel', () => {
    expect(readPanel({ runs: [], top: 1 })).toBeNull()
  })
})
