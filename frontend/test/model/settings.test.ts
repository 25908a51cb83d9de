import { expect, it } from 'vitest'

import { INITIAL_SETTINGS, parseSettings } from '../../src/model/settings'

it('reads what was kept', () => {
  const kept = { theme: 'dark', reloadPeriodS: 5 }
  expect(parseSettings(JSON.stringify(kept))).toEqual(kept)
})

it.each([null, 'nonsense', 'null', '[]', '{"theme":"pink","reloadPeriodS":1}'])(
  'has the default for %s',
  (json) => {
    expect(parseSettings(json)).toEqual(INITIAL_SETTINGS)
  },
)
