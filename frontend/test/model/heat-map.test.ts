import { describe, expect, it } from 'vitest'

import { BY_NAME, INITIAL_CONTROLS, withSort } from '../../src/model/controls'
import {
  foldable,
  heatBlocks,
  lack,
  measured,
  nonFiniteSince,
  rowValues,
} from '../../src/model/heat-map'
import { sections } from '../../src/model/rows'
import { ALL_RUNS, type KernelSnapshot } from '../../src/model/snapshot'
import { entry, kernel, row, run } from '../samples'

const KERNELS = [
  kernel({ id: 'a', path: 'block10/a', group: 'x' }),
  kernel({ id: 'b', path: 'block9/b', group: 'x' }),
  kernel({ id: 'c', path: 'head/c', group: 'y' }),
]
const SECTIONS = sections(KERNELS, 'kernel', '')
const none = () => NaN

function shown(
  changes: Partial<Parameters<typeof heatBlocks>[1]>,
  valueOf: Parameters<typeof heatBlocks>[2] = none,
) {
  const controls = { collapsed: new Set<string>(), sort: null, sortAscending: false, ...changes }
  return heatBlocks(SECTIONS, controls, valueOf).map(({ heading, rows }) => [
    heading?.name ?? null,
    rows.map(({ row: { name } }) => name),
  ])
}

describe('measured', () => {
  const columns = new Map([
    ['mean', 2],
    ['std', 0.5],
  ])
  const valueOf = (name: string) => columns.get(name) ?? NaN

  it('is the standard deviation per mean for the spread', () => {
    expect(measured('spread', valueOf)).toBe(0.25)
  })

  it('is the column that was asked for otherwise', () => {
    expect(measured('ratio', valueOf)).toBe(2)
    expect(measured('max', valueOf)).toBeNaN()
  })
})

it('has a value per run, NaN where the answer has none', () => {
  const snapshot: KernelSnapshot = {
    runs: new Map([
      ['id of a', { step: 9, epoch: NaN, decay: 0, kind: '', values: new Map([['total', 0.5]]) }],
    ]),
    targetDecays: new Map(),
  }
  const held = new Map([['k', new Map([[ALL_RUNS, entry(snapshot)]])]])
  expect(rowValues(row(), [run('a'), run('b')], held, 'retention')).toEqual([0.5, NaN])
})

describe('lack', () => {
  const base = run('base', { first_step: 100, last_step: 500 })

  it('tells kernels that a run does not have', () => {
    const other = run('other', { kernels: ['else'] })
    expect(lack(row(), other, 'mean', base, null)).toBe('not in this run')
    expect(lack(row(), run('a'), 'ratio', other, null)).toBe('not in the baseline')
    expect(lack(row(), run('a'), 'mean', other, null)).toBeNull()
  })

  it('tells steps that the baseline does not have, for ratios', () => {
    const reason = 'the baseline has no such step'
    expect(lack(row(), run('a'), 'ratio', base, null)).toBe(reason)
    expect(lack(row(), run('a'), 'ratio', base, 50)).toBe(reason)
    expect(lack(row(), run('a'), 'ratio', base, 300)).toBeNull()
    expect(lack(row(), run('a', { last_step: 400 }), 'ratio', base, null)).toBeNull()
  })

  it('tells rows without a target, for distances', () => {
    expect(lack(row(), run('a'), 'distance', base, null)).toBe('no target')
    expect(lack(row({ target: [1, 2] }), run('a'), 'distance', base, null)).toBeNull()
  })
})

describe('heatBlocks', () => {
  it('gives groups of several kernels a heading, in model order', () => {
    expect(shown({})).toEqual([
      ['x', ['block10/a', 'block9/b']],
      [null, ['head/c']],
    ])
  })

  it('shows one row for a collapsed group, but not for a lone kernel', () => {
    const blocks = heatBlocks(
      SECTIONS,
      { collapsed: new Set(['x', 'y']), sort: null, sortAscending: false },
      none,
    )
    expect(
      blocks.flatMap(({ rows }) => rows).map(({ row, collapsed }) => [row.item, collapsed]),
    ).toEqual([
      ['a.b', SECTIONS[0]],
      ['c', null],
    ])
  })

  it('sorts all rows by name, numbers as numbers', () => {
    expect(shown({ sort: BY_NAME, sortAscending: true })).toEqual([
      [null, ['block9/b', 'block10/a', 'head/c']],
    ])
  })

  it('sorts all rows by value, those without a value last either way', () => {
    const values = new Map([
      ['a', NaN],
      ['b', 1],
      ['c', 2],
    ])
    const valueOf = ({ item }: { readonly item: string }) => values.get(item) ?? NaN
    expect(shown({ sort: 'r' }, valueOf)).toEqual([[null, ['head/c', 'block9/b', 'block10/a']]])
    expect(shown({ sort: 'r', sortAscending: true }, valueOf)).toEqual([
      [null, ['block9/b', 'head/c', 'block10/a']],
    ])
  })
})

it('can fold groups of several kernels only', () => {
  expect(foldable(SECTIONS)).toEqual(['x'])
})

describe('withSort', () => {
  const states = (key: string) => {
    let controls = INITIAL_CONTROLS
    return Array.from({ length: 3 }, () => {
      controls = withSort(controls, key)
      return [controls.sort, controls.sortAscending]
    })
  }

  it('begins with the largest value, and ends with model order', () => {
    expect(states('r')).toEqual([
      ['r', false],
      ['r', true],
      [null, false],
    ])
  })

  it('begins with the first name', () => {
    expect(states(BY_NAME)).toEqual([
      [BY_NAME, true],
      [BY_NAME, false],
      [null, false],
    ])
  })
})

describe('nonFiniteSince', () => {
  const step = Float64Array.of(0, 10, 20, 30)

  it('is the first step after the last finite value', () => {
    expect(nonFiniteSince(step, [1, NaN, NaN, Infinity], Infinity)).toBe(10)
    expect(nonFiniteSince(step, [1, NaN, 2, NaN], 30)).toBe(30)
    expect(nonFiniteSince(step, [1, NaN, 2, NaN], 15)).toBe(10)
  })

  it('is not known where all values are finite, or none', () => {
    expect(nonFiniteSince(step, [1, 1, 1, 1], 30)).toBeNaN()
    expect(nonFiniteSince(step, [NaN, NaN, NaN, 1], 20)).toBeNaN()
  })
})
