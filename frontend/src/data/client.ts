import type { Over } from '../model/controls'
import type { Findings } from '../model/findings'
import type { Batch, Unit } from '../model/held'
import type { KernelMoments } from '../model/moments'
import type { Overview } from '../model/overview'
import type { KernelSeries, SeriesQuery } from '../model/series'
import type { KernelSnapshot, SnapshotQuery } from '../model/snapshot'
import type { Answer } from './answer'
import { decodeBatches, decodeDistributions } from './distributions'
import { decodeSeries } from './series'
import { decodeSnapshot } from './snapshot'

/** The routes of tb_wdnorm/serve/http_api.md, relative to the page. */
export interface Client {
  overview(abort: AbortSignal): Promise<Overview>
  series(batch: Batch, query: SeriesQuery, abort: AbortSignal): Promise<Answer<KernelSeries>>
  snapshot(
    batch: Batch,
    query: SnapshotQuery,
    step: number | null,
    abort: AbortSignal,
  ): Promise<(item: string) => KernelSnapshot | undefined>
  findings(units: readonly Unit[], baseline: string | null, abort: AbortSignal): Promise<Findings>
  distributions(
    batch: Batch,
    steps: readonly number[],
    over: Over,
    abort: AbortSignal,
  ): Promise<Answer<KernelMoments>>
}

type Parameters = Readonly<Record<string, string | null>>

export function createClient(base: string): Client {
  async function get(route: string, parameters: Parameters, abort: AbortSignal): Promise<Response> {
    const query = Object.entries(parameters).flatMap(([name, value]) =>
      value === null ? [] : [`${name}=${value}`],
    )
    const url = new URL(query.length === 0 ? route : `${route}?${query.join('&')}`, base)
    const response = await fetch(url, { signal: abort }).catch((error: unknown) => {
      if (abort.aborted) throw error
      throw new Error('TensorBoard does not answer.')
    })
    if (!response.ok) throw new Error(await failure(response))
    return response
  }

  async function arrays(
    route: string,
    parameters: Parameters,
    abort: AbortSignal,
  ): Promise<ArrayBuffer> {
    return (await get(route, parameters, abort)).arrayBuffer()
  }

  return {
    async overview(abort) {
      const response = await get('overview', {}, abort)
      return (await response.json()) as Overview
    },
    async series(batch, query, abort) {
      const parameters = {
        ...parametersOf(batch),
        ...comparison(query),
        columns: query.columns.join(','),
        max_points: String(query.maxPoints),
        since: sinceOf(batch),
        seeds: query.seeds === 'merge' ? 'merge' : null,
      }
      return decodeSeries(await arrays('series', parameters, abort))
    },
    async snapshot(batch, query, step, abort) {
      const parameters = {
        ...parametersOf(batch),
        ...comparison(query),
        columns: query.columns.join(','),
        step: step === null ? null : String(step),
      }
      return decodeSnapshot(await arrays('snapshot', parameters, abort))
    },
    async findings(units, baseline, abort) {
      const parameters = { runs: runsOf(units), baseline, details: 'false' }
      return (await (await get('findings', parameters, abort)).json()) as Findings
    },
    async distributions(batch, steps, over, abort) {
      const parameters = {
        ...parametersOf(batch),
        steps: steps.join(','),
        over: over === 'channels' ? null : over,
      }
      const buffer = await arrays('distributions', parameters, abort)
      return over === 'channels' ? decodeDistributions(buffer) : decodeBatches(buffer)
    },
  }
}

function parametersOf({ units, items }: Batch): Parameters {
  return { runs: runsOf(units), kernels: items.join(',') }
}

function runsOf(units: readonly Unit[]): string {
  return units.flatMap((unit) => unit.runs.map(({ id }) => id)).join(',')
}

/** One number for each run, in the order of the runs. */
function sinceOf({ units, since }: Batch): string | null {
  if (since === null) return null
  return units.flatMap(({ runs }, i) => runs.map(() => since[i] ?? 0)).join(',')
}

function comparison({
  relation,
  baseline,
}: Pick<SeriesQuery, 'relation' | 'baseline'>): Parameters {
  return {
    relative: relation === 'none' ? null : relation,
    baseline: relation === 'baseline' ? baseline : null,
  }
}

/** Our server says what is wrong in one sentence; a proxy's error page is not worth quoting. */
async function failure(response: Response): Promise<string> {
  const status = `TensorBoard answered with status ${response.status}`
  if (response.headers.get('content-type')?.startsWith('text/plain') !== true) return `${status}.`
  return `${status}: ${(await response.text()).trim()}`
}
