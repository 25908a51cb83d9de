import type { Batch } from '../model/held'
import type { Overview } from '../model/overview'
import { SERIES_COLUMNS, type KernelMoments, type KernelSeries } from '../model/series'
import { decodeDistributions } from './distributions'
import { decodeSeries, type Answer } from './series'

/** The routes of tb_wdnorm/serve/http_api.md, relative to the page. */
export interface Client {
  overview(abort: AbortSignal): Promise<Overview>
  series(batch: Batch, maxPoints: number, abort: AbortSignal): Promise<Answer<KernelSeries>>
  distributions(
    batch: Batch,
    steps: readonly number[],
    abort: AbortSignal,
  ): Promise<Answer<KernelMoments>>
}

export function createClient(base: string): Client {
  async function get(
    route: string,
    parameters: Readonly<Record<string, string>>,
    abort: AbortSignal,
  ): Promise<Response> {
    const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
    const url = new URL(query.length === 0 ? route : `${route}?${query.join('&')}`, base)
    const response = await fetch(url, { signal: abort }).catch((error: unknown) => {
      if (abort.aborted) throw error
      throw new Error('TensorBoard does not answer.')
    })
    if (!response.ok) throw new Error(await failure(response))
    return response
  }

  return {
    async overview(abort) {
      const response = await get('overview', {}, abort)
      return (await response.json()) as Overview
    },
    async series(batch, maxPoints, abort) {
      const parameters = {
        ...ids(batch),
        columns: Object.values(SERIES_COLUMNS).join(','),
        max_points: String(maxPoints),
      }
      const response = await get('series', parameters, abort)
      return decodeSeries(await response.arrayBuffer())
    },
    async distributions(batch, steps, abort) {
      const parameters = { ...ids(batch), steps: steps.join(',') }
      const response = await get('distributions', parameters, abort)
      return decodeDistributions(await response.arrayBuffer())
    },
  }
}

function ids({ runs, kernels }: Batch): { readonly runs: string; readonly kernels: string } {
  return { runs: runs.map((run) => run.id).join(','), kernels: kernels.join(',') }
}

/** Our server says what is wrong in one sentence; a proxy's error page is not worth quoting. */
async function failure(response: Response): Promise<string> {
  const status = `TensorBoard answered with status ${response.status}`
  if (response.headers.get('content-type')?.startsWith('text/plain') !== true) return `${status}.`
  return `${status}: ${(await response.text()).trim()}`
}
