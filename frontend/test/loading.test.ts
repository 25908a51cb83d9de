import { expect, it, vi } from 'vitest'

import type { Client } from '../src/data/client'
import { RETRY_PAUSES_S, startLoading } from '../src/loading'
import { INITIAL_CONTROLS, withoutRuns, type Controls } from '../src/model/controls'
import { everyKernel, heldFindings, type Findings } from '../src/model/findings'
import type { Overview } from '../src/model/overview'
import { ALL_RUNS, type KernelSnapshot } from '../src/model/snapshot'
import { column } from '../src/model/series'
import { createStore, type Store } from '../src/store'
import { moments, overview, run, series } from './samples'

const A = run('a')
const B = run('b', { last_epoch: 10 })
const FINDINGS: Findings = { runs: [], responses: [], comparisons: [] }
const SNAPSHOT: KernelSnapshot = { runs: new Map(), targetDecays: new Map() }

function setUp(found: Overview = overview([A, B]), controls: Partial<Controls> = {}) {
  const client = {
    overview: vi.fn<Client['overview']>(() => Promise.resolve(found)),
    series: vi.fn<Client['series']>(() => Promise.resolve(() => series([0, 1000], [1, 0.5]))),
    snapshot: vi.fn<Client['snapshot']>(() => Promise.resolve(() => SNAPSHOT)),
    findings: vi.fn<Client['findings']>(() => Promise.resolve(FINDINGS)),
    distributions: vi.fn<Client['distributions']>((_, steps) =>
      Promise.resolve(() => moments(steps, [])),
    ),
  }
  const store = createStore({ ...INITIAL_CONTROLS, ...controls })
  return { client, store, reload: startLoading(store, client) }
}

function change(store: Store, changes: Partial<Controls>): void {
  store.controls.value = { ...store.controls.value, ...changes }
}

function means({ sources }: Store, run: string): readonly number[] {
  const found = sources.series.held.value.get('k')?.get(run)?.value
  return found ? [...column(found.columns, 'mean')] : []
}

it('loads the overview, then what is visible, and nothing twice', async () => {
  const { client, store, reload } = setUp()
  reload()
  await vi.waitUntil(() => store.overview.value !== null)
  expect(client.series).not.toHaveBeenCalled()

  store.sources.series.add('k')
  await vi.waitUntil(() => store.sources.series.held.value.size > 0)
  expect(client.series).toHaveBeenCalledOnce()
  const [batch] = client.series.mock.lastCall ?? []
  expect(batch?.units.map(({ runs }) => runs)).toEqual([[A], [B]])
  expect(batch?.items).toEqual(['k'])

  reload()
  await vi.waitUntil(() => !store.busy.value)
  expect(client.overview).toHaveBeenCalledTimes(2)
  expect(client.series).toHaveBeenCalledOnce()
})

it('asks a run that has grown only for what is new', async () => {
  const { client, store, reload } = setUp()
  store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => means(store, A.id).length === 2)
  const grown = run('a', { n_frames: 200, last_step: 2000, growing: true })
  client.overview.mockResolvedValue(overview([grown, B]))
  client.series.mockResolvedValue(() => series([2000], [0.25]))
  reload()
  await vi.waitUntil(() => means(store, A.id).length === 3)
  expect(client.series.mock.lastCall?.[0]).toEqual({
    units: [{ id: A.id, name: 'a', runs: [grown] }],
    items: ['k'],
    since: [1000],
  })
  expect(means(store, A.id)).toEqual([1, 0.5, 0.25])
  expect(means(store, B.id)).toEqual([1, 0.5])
})

it('asks for everything of a run whose frames were replaced', async () => {
  const { client, store, reload } = setUp()
  store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => means(store, A.id).length === 2)
  const resumed = run('a', { last_step: 2000, generation: '2' })
  client.overview.mockResolvedValue(overview([resumed, B]))
  reload()
  await vi.waitUntil(() => client.series.mock.calls.length === 2)
  expect(client.series.mock.lastCall?.[0].since).toBeNull()
})

it('goes back in a comparison to where the baseline was', async () => {
  const slow = run('a', { last_step: 400, growing: true })
  const { client, store, reload } = setUp(overview([slow, B]), { relation: 'baseline' })
  store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => means(store, B.id).length === 2)
  const later = run('a', { last_step: 600, growing: true })
  client.overview.mockResolvedValue(overview([later, B]))
  reload()
  await vi.waitUntil(() => client.series.mock.calls.length === 2)
  expect(client.series.mock.lastCall?.[0].since).toEqual([400, 400])
})

it('shows what was held before when a choice is taken back', async () => {
  const { client, store, reload } = setUp()
  store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => means(store, A.id).length === 2)
  change(store, { relation: 'start' })
  expect(means(store, A.id)).toEqual([])
  await vi.waitUntil(() => means(store, A.id).length === 2)
  expect(client.series.mock.lastCall?.[1].relation).toBe('start')
  change(store, { relation: 'none' })
  expect(means(store, A.id)).toEqual([1, 0.5])
  await vi.waitUntil(() => !store.busy.value)
  expect(client.series).toHaveBeenCalledTimes(2)
})

it('keeps a snapshot on the screen until that of another step is there', async () => {
  const { client, store, reload } = setUp()
  store.sources.snapshot.add('k')
  reload()
  const held = () => store.sources.snapshot.held.value.get('k')?.get(ALL_RUNS)
  await vi.waitUntil(() => held() !== undefined)
  change(store, { step: 500 })
  expect(held()?.value).toBe(SNAPSHOT)
  await vi.waitUntil(() => client.snapshot.mock.calls.length === 2)
  expect(client.snapshot.mock.calls.map(([, , step]) => step)).toEqual([null, 500])
})

it('asks runs with other steps per epoch for other steps', async () => {
  const { client, store, reload } = setUp(overview([A, B]), { axis: 'epoch' })
  store.sources.moments.add('k')
  reload()
  await vi.waitUntil(() => client.distributions.mock.calls.length === 2)
  expect(client.distributions.mock.calls.map(([, steps]) => steps)).toEqual([
    [0, 200, 600, 800, 1000],
    [0, 100, 300, 400, 500],
  ])
})

it('says what failed, waits longer each time, and recovers at the next reload', async () => {
  const { client, store, reload } = setUp()
  client.series.mockRejectedValueOnce(new Error('TensorBoard does not answer.'))
  client.overview.mockRejectedValueOnce(new Error('TensorBoard does not answer.'))
  store.sources.series.add('k')
  for (const [failure, calls] of [0, 1].entries()) {
    const asked = Date.now() / 1000
    reload()
    await vi.waitUntil(
      () => store.trouble.value !== null && client.series.mock.calls.length === calls,
    )
    expect(store.trouble.value?.sentence).toBe('TensorBoard does not answer.')
    const pause = (store.trouble.value?.retryAtS ?? 0) - asked
    expect(Math.abs(pause - (RETRY_PAUSES_S[failure] ?? NaN))).toBeLessThan(1)
  }
  reload()
  await vi.waitUntil(() => store.sources.series.held.value.size > 0)
  expect(store.trouble.value).toBeNull()
})

it('keeps what is shown when the server goes away', async () => {
  const { client, store, reload } = setUp()
  reload()
  await vi.waitUntil(() => store.overview.value !== null)
  client.overview.mockRejectedValue(new Error('TensorBoard does not answer.'))
  reload()
  await vi.waitUntil(() => store.trouble.value !== null)
  expect(store.overview.value?.runs).toEqual([A, B])
  expect(store.busy.value).toBe(false)
})

it('knows in an outage whether something that is wanted is missing', async () => {
  const { client, store, reload } = setUp()
  store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => store.sources.series.held.value.size > 0 && !store.busy.value)
  client.snapshot.mockRejectedValue(new Error('TensorBoard does not answer.'))
  const forget = store.sources.snapshot.add('k')
  await vi.waitUntil(() => store.trouble.value !== null)
  // Two runs' series are held, the snapshot of all runs is not.
  expect(store.progress.value).toBeCloseTo(2 / 3)
  forget()
  await vi.waitUntil(() => store.progress.value === 1)
  expect(store.trouble.value?.sentence).toBe('TensorBoard does not answer.')
})

it('asks for the overview once more when told so while it is on its way', async () => {
  const { client, store, reload } = setUp()
  reload()
  reload()
  reload()
  await vi.waitUntil(() => store.overview.value !== null && !store.busy.value)
  expect(client.overview).toHaveBeenCalledTimes(2)
})

it('gives up a request whose rows went out of sight', async () => {
  const { client, store, reload } = setUp()
  let aborted = false
  client.series.mockImplementation(
    (_batch, _query, abort) =>
      new Promise((_resolve, reject) => {
        abort.addEventListener('abort', () => {
          aborted = true
          reject(new Error('aborted'))
        })
      }),
  )
  const forget = store.sources.series.add('k')
  reload()
  await vi.waitUntil(() => client.series.mock.calls.length === 1)
  forget()
  await new Promise((resolve) => setTimeout(resolve))
  expect(aborted).toBe(false)
  store.sources.series.add('other')
  await vi.waitUntil(() => aborted)
  await vi.waitUntil(() => !store.busy.value)
  expect(store.trouble.value).toBeNull()
})

it('asks for nothing when no run is selected', async () => {
  const { client, store, reload } = setUp()
  store.controls.value = withoutRuns(store.controls.value, [A, B])
  store.sources.series.add('k')
  store.sources.snapshot.add('k')
  store.sources.moments.add('k')
  reload()
  await vi.waitUntil(() => store.overview.value !== null && !store.busy.value)
  expect(client.series).not.toHaveBeenCalled()
  expect(client.snapshot).not.toHaveBeenCalled()
  expect(client.distributions).not.toHaveBeenCalled()
})

it('asks once for the findings about all runs shown, compared with the chosen run', async () => {
  const { client, store, reload } = setUp(undefined, { baseline: 'b' })
  reload()
  await vi.waitUntil(() => store.overview.value !== null)
  store.sources.findings.add(everyKernel(store.overview.value))
  await vi.waitUntil(
    () => heldFindings(store.sources.findings.held.value, store.overview.value) !== null,
  )
  expect(client.findings).toHaveBeenCalledOnce()
  const [units, baseline] = client.findings.mock.lastCall ?? []
  expect(units?.map(({ runs }) => runs)).toEqual([[A, B]])
  expect(baseline).toBe('b')

  reload()
  await vi.waitUntil(() => !store.busy.value)
  expect(client.findings).toHaveBeenCalledOnce()
})
