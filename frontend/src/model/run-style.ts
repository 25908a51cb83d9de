import type { RunInfo } from './overview'
import type { Theme } from './palette'

/** How a run is drawn: a colour for its decay, dashes to tell runs of one decay apart. */
export interface RunStyle {
  readonly colour: string
  readonly dash: readonly number[]
}

// Blue to orange through magenta: the ends differ for every kind of colour vision, and lightness
// rises with decay, so the order survives in grey. Darker on white, lighter on TensorBoard's dark.
const RAMP: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#2c3ab3', '#7a2fa8', '#c02f86', '#dc4a4a', '#e27400'],
  dark: ['#6f88ff', '#b084f5', '#ee86c0', '#ff9c80', '#ffc65c'],
}
const NEUTRAL: Readonly<Record<Theme, string>> = { light: '#757575', dark: '#c4c4c4' }

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]]

/** Places a decay > 0 on the ramp: 0 for the smallest of `decays`, 1 for the largest. */
export function rampPosition(decay: number, decays: readonly number[]): number {
  const present = decays.filter((value) => value > 0)
  const low = Math.min(...present)
  const high = Math.max(...present)
  if (!(low < high)) return 0.5
  return Math.log(decay / low) / Math.log(high / low)
}

export function rampColour(position: number, theme: Theme): string {
  const ramp = RAMP[theme]
  const at = Math.min(1, Math.max(0, position)) * (ramp.length - 1)
  const below = Math.min(Math.floor(at), ramp.length - 2)
  return mixed(ramp[below] ?? '', ramp[below + 1] ?? '', at - below)
}

/** The colour `share` of the way from one `#rrggbb` to another. */
export function mixed(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => parseInt(colour.slice(at, at + 2), 16))
    const value = Math.round((a ?? 0) + ((b ?? 0) - (a ?? 0)) * share)
    return value.toString(16).padStart(2, '0')
  })
  return `#${channels.join('')}`
}

/** The style of every run by id. It depends on all runs there are, so hiding one moves none. */
export function runStyles(runs: readonly RunInfo[], theme: Theme): ReadonlyMap<string, RunStyle> {
  const decays = runs.map((run) => run.decay)
  const seen = new Map<number, number>()
  const styles = new Map<string, RunStyle>()
  for (const run of runs) {
    const nth = seen.get(run.decay) ?? 0
    seen.set(run.decay, nth + 1)
    styles.set(run.id, {
      colour: run.decay > 0 ? rampColour(rampPosition(run.decay, decays), theme) : NEUTRAL[theme],
      dash: DASHES[nth % DASHES.length] ?? [],
    })
  }
  return styles
}
