import { afterEach, describe, expect, it, vi } from 'vitest'

import { createClient } from '../../src/data/client'
import { run } from '../samples'

const BASE = 'http://host/prefix/data/plugin/wdnorm/'
const NEVER = new AbortController().signal

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
  it('asks below the page, with ids in the address', async () => {
    const fetch = answerWith(new Response(new ArrayBuffer(0)))
    const batch = { runs: [run('a', { id: '1' }), run('b', { id: '2' })], kernels: ['3', '4'] }
    await createClient(BASE)
      .distributions(batch, [0, 500], NEVER)
      .catch(() => null)
    expect(String(fetch.mock.lastCall?.[0])).toBe(
      `${BASE}distributions?runs=1,2&kernels=3,4&steps=0,500`,
    )
    await createClient(BASE)
      .series(batch, 400, NEVER)
      .catch(() => null)
    expect(String(fetch.mock.lastCall?.[0])).toBe(
      `${BASE}series?runs=1,2&kernels=3,4&columns=mean,max,q4,q28&max_points=400`,
    )
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
