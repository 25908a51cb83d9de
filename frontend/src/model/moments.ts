import type { Axis } from './controls'
import { formatPlace } from './format'
import type { Held } from './held'
import type { RunInfo } from './overview'
import { along, type KernelMoments } from './series'

export const N_MOMENTS = 5

/** First and last place of a run on the axis. */
function range(run: RunInfo, axis: Axis): readonly [first: number, last: number] {
  if (axis === 'step') return [run.first_step, run.last_step]
  return [run.first_step * epochsPerStep(run), run.last_epoch ?? 0]
}

function epochsPerStep(run: RunInfo): number {
  return run.last_step > 0 ? (run.last_epoch ?? 0) / run.last_step : 0
}

/**
 * At most `n` evenly spaced places, the first and last of what all runs share included; of what
 * any run covers where they share nothing. Empty without runs.
 */
export function chooseMoments(
  runs: readonly RunInfo[],
  axis: Axis,
  n = N_MOMENTS,
): readonly number[] {
  if (runs.length === 0) return []
  const ranges = runs.map((run) => range(run, axis))
  const firsts = ranges.map(([first]) => first)
  const lasts = ranges.map(([, last]) => last)
  let low = Math.max(...firsts)
  let high = Math.min(...lasts)
  if (low > high) {
    low = Math.min(...firsts)
    high = Math.max(...lasts)
  }
  const places = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1))
  return [...new Set(axis === 'step' ? places.map(Math.round) : places)]
}

/** The whole steps at which a run is nearest to the moments. */
export function momentSteps(
  run: RunInfo,
  moments: readonly number[],
  axis: Axis,
): readonly number[] {
  if (axis === 'step') return moments
  const scale = epochsPerStep(run)
  return moments.map((epoch) => (scale > 0 ? Math.round(epoch / scale) : run.last_step))
}

/**
 * The name of a row: the place where all runs have a frame, otherwise the wanted place with a ≈,
 * for TensorBoard keeps a random sample of the frames.
 */
export function momentLabel(
  axis: Axis,
  moment: number,
  index: number,
  found: readonly KernelMoments[],
): string {
  const labels = new Set(
    found.map((moments) => formatPlace(axis, along(axis, moments)[index] ?? NaN)),
  )
  const [only] = labels
  if (labels.size === 1 && only !== undefined) return only
  const wanted = formatPlace(axis, moment)
  return labels.size === 0 ? wanted : `≈ ${wanted}`
}

/** One answer per run: a run's frames are the same ones for all its kernels. */
export function foundMoments(
  held: Held<KernelMoments>,
  runs: readonly RunInfo[],
): readonly KernelMoments[] {
  return runs.flatMap((run) => {
    for (const byRun of held.values()) {
      const found = byRun.get(run.id)?.value
      if (found !== undefined && found !== null) return [found]
    }
    return []
  })
}
