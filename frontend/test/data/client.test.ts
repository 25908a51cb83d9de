import { afterEach, describe, expect, it, vi } from 'vitest'

import { createClient } from '../../src/data/client'
import type { Batch } from '../../src/model/held'
import type { SeriesQuery } from '../../src/model/series'
import { run } from '../samples'

const BASE = 'http://host/prefix/data/plugin/wdnorm/'
const NEVER = new AbortController().signal
const QUERY: SeriesQuery = {
  columns: ['mean', 'q4'],
  relation: 'none',
  baseline: null,
  seeds: 'each',
  maxPoints: 400,
}

function answerWith(response: Response | Error) {
  const fetch = vi.fn<(url: URL) => Promise<Response>>(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  )
  vi.stubGlobal('fetch', fetch)
  return fetch
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('createClient', () => {
  const units = [
    { id: '1', runs: [run('a', { id: '1' })] },
    { id: '2', runs: [run('b', { id: '2' }), run('c', { id: '3' })] },
  ]
  const batch: Batch = { units, items: ['4', '5.6'], since: null }
  const client = createClient(BASE)

  it.each<readonly [string, (abort: AbortSignal) => Promise<unknown>, string]>([
    [
      'series',
      (abort) => client.series(batch, QUERY, abort),
      'series?runs=1,2,3&kernels=4,5.6&columns=mean,q4&max_points=400',
    ],
    [
      'what is new in series',
      (abort) => client.series({ ...batch, since: [7, 8] }, { ...QUERY, seeds: 'merge' }, abort),
      'series?runs=1,2,3&kernels=4,5.6&columns=mean,q4&max_points=400&since=7,8,8&seeds=merge',
    ],
    [
      'a comparison',
      (abort) => client.series(batch, { ...QUERY, relation: 'baseline', baseline: '3' }, abort),
      'series?runs=1,2,3&kernels=4,5.6&relative=baseline&baseline=3&columns=mean,q4&max_points=400',
    ],
    [
      'findings',
      (abort) => client.findings(units, null, abort),
      'findings?runs=1,2,3&details=false',
    ],
    [
      'findings against a run of choice',
      (abort) => client.findings(units, '3', abort),
      'findings?runs=1,2,3&baseline=3&details=false',
    ],
    [
      'a snapshot of the last steps',
      (abort) => client.snapshot(batch, QUERY, null, abort),
      'snapshot?runs=1,2,3&kernels=4,5.6&columns=mean,q4',
    ],
    [
      'a snapshot of a step',
      (abort) => client.snapshot(batch, { ...QUERY, relation: 'target' }, 50, abort),
      'snapshot?runs=1,2,3&kernels=4,5.6&relative=target&columns=mean,q4&step=50',
    ],
    [
      'distributions over channels',
      (abort) => client.distributions(batch, [0, 500], 'channels', abort),
      'distributions?runs=1,2,3&kernels=4,5.6&steps=0,500',
    ],
    [
      'distributions over batches',
      (abort) => client.distributions(batch, [0], 'batches', abort),
      'distributions?runs=1,2,3&kernels=4,5.6&steps=0&over=batches',
    ],
  ])('asks below the page for %s', async (_, ask, address) => {
    const fetch = answerWith(new Response(new ArrayBuffer(0)))
    await ask(NEVER).catch(() => null)
    expect(String(fetch.mock.lastCall?.[0])).toBe(BASE + address)
  })

  it('hands on the sentence of a refusal', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    answerWith(
      new Response('`steps` must be whole numbers. Received: x\n', { status: 400, headers }),
    )
    await expect(createClient(BASE).overview(NEVER)).rejects.toThrow(
      'TensorBoard answered with status 400: `steps` must be whole numbers. Received: x',
    )
  })

  it('does not quote the error page of a proxy', async () => {
    const headers = { 'content-type': 'text/html' }
    answerWith(new Response('<h1>Bad gateway</h1>', { status: 502, headers }))
    await expect(createClient(BASE).overview(NEVER)).rejects.toThrow(
      'TensorBoard answered with status 502.',
    )
  })

  it('says so when there is no server', async () => {
    answerWith(new TypeError('Failed to fetch'))
    await expect(createClient(BASE).overview(NEVER)).rejects.toThrow('TensorBoard does not answer.')
  })
})
