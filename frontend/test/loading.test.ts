import { expect, it, vi } from 'vitest'

import type { Client } from '../src/data/client'
import { startLoading } from '../src/loading'
import { withNoRuns, withView } from '../src/model/controls'
import type { Overview } from '../src/model/overview'
import { createStore } from '../src/store'
import { moments, overview, run, series } from './samples'

const RUNS = [run('a'), run('b', { last_epoch: 10 })]

function setUp(found: Overview = overview(RUNS)) {
  const client = {
    overview: vi.fn<Client['overview']>(() => Promise.resolve(found)),
    series: vi.fn<Client['series']>(() => Promise.resolve(() => series([0, 1000], [1, 0.5]))),
    distributions: vi.fn<Client['distributions']>((_, steps) =>
      Promise.resolve(() => moments(steps, [])),
    ),
  }
  const store = createStore()
  return { client, store, loading: startLoading(store, client) }
}

it('loads the overview, then what is visible, and nothing twice', async () => {
  const { client, store, loading } = setUp()
  loading.reload()
  await vi.waitUntil(() => store.overview.value !== null)
  expect(client.series).not.toHaveBeenCalled()

  store.visibleKernels.trends.value = new Set(['k'])
  await vi.waitUntil(() => store.series.value.size > 0)
  expect(client.series).toHaveBeenCalledOnce()
  expect(client.series.mock.lastCall?.[0]).toEqual({ runs: RUNS, kernels: ['k'] })

  loading.reload()
  await vi.waitUntil(() => !store.busy.value)
  expect(client.overview).toHaveBeenCalledTimes(2)
  expect(client.series).toHaveBeenCalledOnce()
})

it('asks for a run again after a reload that found more of it', async () => {
  const { client, store, loading } = setUp()
  store.visibleKernels.trends.value = new Set(['k'])
  loading.reload()
  await vi.waitUntil(() => store.series.value.size > 0)
  const grown = run('a', { n_frames: 200, last_step: 2000 })
  client.overview.mockResolvedValue(overview([grown, RUNS[1] ?? grown]))
  loading.reload()
  await vi.waitUntil(() => client.series.mock.calls.length === 2)
  expect(client.series.mock.lastCall?.[0].runs).toEqual([grown])
})

it('asks runs with other steps per epoch for other steps', async () => {
  const { client, store, loading } = setUp()
  loading.reload()
  await vi.waitUntil(() => store.overview.value !== null)
  store.controls.value = { ...withView(store.controls.value, 'distributions'), axis: 'epoch' }
  store.visibleKernels.distributions.value = new Set(['k'])
  await vi.waitUntil(() => client.distributions.mock.calls.length === 2)
  expect(client.distributions.mock.calls.map(([, steps]) => steps)).toEqual([
    [0, 250, 500, 750, 1000],
    [0, 125, 250, 375, 500],
  ])
})

it('says what failed, waits, and recovers at the next reload', async () => {
  const { client, store, loading } = setUp()
  client.series.mockRejectedValueOnce(new Error('TensorBoard does not answer.'))
  store.visibleKernels.trends.value = new Set(['k'])
  loading.reload()
  await vi.waitUntil(() => store.trouble.value !== null)
  expect(store.trouble.value).toBe('TensorBoard does not answer.')
  expect(client.series).toHaveBeenCalledOnce()

  loading.reload()
  await vi.waitUntil(() => store.series.value.size > 0)
  expect(store.trouble.value).toBeNull()
})

it('keeps what is shown when the server goes away', async () => {
  const { client, store, loading } = setUp()
  loading.reload()
  await vi.waitUntil(() => store.overview.value !== null)
  client.overview.mockRejectedValue(new Error('TensorBoard does not answer.'))
  loading.reload()
  await vi.waitUntil(() => store.trouble.value !== null)
  expect(store.overview.value?.runs).toEqual(RUNS)
  expect(store.busy.value).toBe(false)
})

it('gives up a request whose kernels went out of sight', async () => {
  const { client, store, loading } = setUp()
  let aborted = false
  client.series.mockImplementation(
    (_batch, _points, abort) =>
      new Promise((_resolve, reject) => {
        abort.addEventListener('abort', () => {
          aborted = true
          reject(new Error('aborted'))
        })
      }),
  )
  store.visibleKernels.trends.value = new Set(['k'])
  loading.reload()
  await vi.waitUntil(() => client.series.mock.calls.length === 1)
  store.visibleKernels.trends.value = new Set()
  await new Promise((resolve) => setTimeout(resolve))
  expect(aborted).toBe(false)
  store.visibleKernels.trends.value = new Set(['other'])
  await vi.waitUntil(() => aborted)
  await vi.waitUntil(() => !store.busy.value)
  expect(store.trouble.value).toBeNull()
})

it('asks for nothing when no run is selected', async () => {
  const { client, store, loading } = setUp()
  store.controls.value = withNoRuns(store.controls.value, RUNS)
  store.visibleKernels.trends.value = new Set(['k'])
  loading.reload()
  await vi.waitUntil(() => store.overview.value !== null && !store.busy.value)
  expect(client.series).not.toHaveBeenCalled()
})
