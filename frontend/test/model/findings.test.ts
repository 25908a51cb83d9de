import { describe, expect, it } from 'vitest'

import { findingGroups, verdictTitle } from '../../src/model/finding-groups'
import {
  findingOf,
  VERDICTS,
  verdictCounts,
  verdictsOf,
  type Findings,
  type KernelFinding,
  type RunFindings,
  type VerdictName,
} from '../../src/model/findings'
import { kernelSet } from '../../src/model/rows'
import { kernel, run } from '../samples'

function finding(id: string, name: VerdictName, group = 'Dense'): KernelFinding {
  const verdict = { name, is_certain: true }
  return { id, path: id, group, verdict, sentence: `${id}: ${name}.`, audit: '', notices: [] }
}

function ofRun(id: string, ...kernels: readonly KernelFinding[]): RunFindings {
  const names = [...new Set(kernels.map(({ group }) => group))]
  const groups = names.map((name) => ({
    ...{ name, verdict: { name: VERDICTS[0], is_certain: false }, sentence: `${name}.` },
  }))
  return { id, step: 1000, groups, kernels, notices: [] }
}

const A = finding('a', 'working')
const B = finding('b', 'too weak')
const C = finding('c', 'no decay', 'Conv1D')
const FOUND: Findings = { runs: [ofRun('r', A, B, C)], responses: [], comparisons: [] }

describe('findingOf', () => {
  const row = kernelSet('Dense', [kernel({ id: 'a' }), kernel({ id: 'b' })])

  it('is the most serious of the row', () => {
    expect(findingOf(FOUND, run('r', { id: 'r' }), row, null)).toBe(B)
  })

  it('is about the last step only', () => {
    const ended = run('r', { id: 'r', last_step: 1000 })
    expect(findingOf(FOUND, ended, row, 1000)).toBe(B)
    expect(findingOf(FOUND, ended, row, 999)).toBeNull()
  })

  it('is null for a run that was not judged and a kernel that it lacks', () => {
    expect(findingOf(FOUND, run('s'), row, null)).toBeNull()
    expect(
      findingOf(FOUND, run('r', { id: 'r' }), kernelSet('z', [kernel({ id: 'z' })]), null),
    ).toBeNull()
  })
})

describe('verdictsOf', () => {
  const a = kernelSet('a', [kernel({ id: 'a' })])
  const b = kernelSet('b', [kernel({ id: 'b' })])
  const ofR = run('r', { id: 'r', last_step: 1000 })

  it('has each verdict about the cells once, the most serious first', () => {
    const cells = [a, b, a].map((row) => ({ row, run: ofR }))
    expect(verdictsOf(FOUND, cells, null)).toEqual(['too weak', 'working'])
    expect(verdictsOf(FOUND, [{ row: a, run: ofR }], null)).toEqual(['working'])
  })

  it('has none before the last step and in runs that were not judged', () => {
    expect(verdictsOf(FOUND, [{ row: a, run: ofR }], 999)).toEqual([])
    expect(verdictsOf(FOUND, [{ row: a, run: run('s') }], null)).toEqual([])
  })
})

describe('verdictCounts', () => {
  it('counts the kernels of all runs, the most serious verdict first', () => {
    expect(verdictCounts([ofRun('r', A, B), ofRun('s', A)])).toEqual([
      { name: 'too weak', count: 1 },
      { name: 'working', count: 2 },
    ])
  })
})

describe('verdictTitle', () => {
  it('says where it might be otherwise', () => {
    expect(verdictTitle({ name: 'working', is_certain: true })).toBe('working')
    expect(verdictTitle({ name: 'working', is_certain: false })).toBe('working (uncertain)')
  })
})

describe('findingGroups', () => {
  it('has the groups with a kernel that is shown, and these kernels', () => {
    const [found] = FOUND.runs
    const groups = found === undefined ? [] : findingGroups(found, new Set(['b', 'c']))
    expect(groups.map(({ name, kernels }) => [name, kernels])).toEqual([
      ['Dense', [B]],
      ['Conv1D', [C]],
    ])
  })
})
