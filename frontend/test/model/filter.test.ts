import { expect, it } from 'vitest'

import { filter, grouper } from '../../src/model/filter'

it('matches anywhere, ignoring case', () => {
  const { matches, fault } = filter('^CONV\\d')
  expect([matches('conv1/kernel'), matches('dense/conv1')]).toEqual([true, false])
  expect(fault).toBeNull()
})

it('says what is wrong with an expression, and lets everything through', () => {
  const { matches, fault } = filter('conv(')
  expect(matches('dense')).toBe(true)
  expect(fault).toBe('This is no regular expression: Unterminated group.')
})

it('names by the first capture group that took part, or else by the match', () => {
  const { nameOf } = grouper('(conv\\d)|(dense)')
  expect([nameOf('conv1/kernel'), nameOf('my_dense/kernel'), nameOf('lstm')]).toEqual([
    'conv1',
    'dense',
    null,
  ])
  expect(grouper('conv').nameOf('conv1/kernel')).toBe('conv')
  expect(grouper('').nameOf('conv1/kernel')).toBeNull()
})
