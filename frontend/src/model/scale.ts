import type { Interval } from './extent'

/** Maps data to pixels. The kind decides where ticks lie and how they are labelled. */
export interface Scale {
  (value: number): number
  invert(pixel: number): number
  readonly domain: Interval
  readonly range: Interval
  readonly kind: ScaleKind
  /** Pixels per unit, on a log scale of the logarithm, and the pixel of what is 0 there. */
  readonly slope: number
  readonly offset: number
}

export type ScaleKind = 'linear' | 'log'

/** A domain of no width is mapped to the middle of the range. */
export function linearScale(domain: Interval, range: Interval): Scale {
  return scale('linear', domain, range, same, same)
}

/** Values that are not positive have no place: NaN. */
export function logScale(domain: Interval, range: Interval): Scale {
  return scale('log', domain, range, Math.log, Math.exp)
}

function scale(
  kind: ScaleKind,
  domain: Interval,
  range: Interval,
  forth: (value: number) => number,
  back: (value: number) => number,
): Scale {
  const [low, high] = [forth(domain[0]), forth(domain[1])]
  const slope = high === low ? 0 : (range[1] - range[0]) / (high - low)
  const start = high === low ? (range[0] + range[1]) / 2 : range[0]
  const map = (value: number) => {
    const at = start + (forth(value) - low) * slope
    return Number.isFinite(at) ? at : NaN
  }
  const invert = (pixel: number) =>
    slope === 0 ? domain[0] : back(low + (pixel - range[0]) / slope)
  return Object.assign(map, { invert, domain, range, kind, slope, offset: start - low * slope })
}

function same(value: number): number {
  return value
}

/** The step 1, 2 or 5 times a power of ten that divides `span` into about `n` parts. */
export function niceStep(span: number, n: number): number {
  const rough = span / Math.max(1, n)
  const power = 10 ** Math.floor(Math.log10(rough))
  const share = rough / power
  const factor =
    share >= Math.sqrt(50) ? 10 : share >= Math.sqrt(10) ? 5 : share >= Math.SQRT2 ? 2 : 1
  return power * factor
}

/** The multiples of `step` in the interval, free of rounding errors in their last digits. */
export function multiples([low, high]: Interval, step: number): readonly number[] {
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    return Number(((first + i) * step).toPrecision(12))
  })
}

/** About `n` round numbers within the domain. */
export function ticks({ domain, kind }: Scale, n: number): readonly number[] {
  const [low, high] = domain
  if (low === high) return [low]
  return kind === 'log' ? logTicks(domain, n) : multiples(domain, niceStep(high - low, n))
}

const LOG_STEPS = [[1], [1, 3], [1, 2, 5]]

/** Powers of ten, fewer or more as there is room; as on a linear scale where they are too few. */
function logTicks([low, high]: Interval, n: number): readonly number[] {
  const every = Math.max(1, Math.ceil(Math.log10(high / low) / Math.max(1, n)))
  const first = Math.floor(Math.log10(low) / every) * every
  const within = (steps: readonly number[]) => {
    const found: number[] = []
    for (let power = first; power <= Math.log10(high); power += every) {
      found.push(...steps.map((step) => Number(`${step}e${power}`)))
    }
    return found.filter((value) => value >= low && value <= high)
  }
  const candidates = every > 1 ? [within([1])] : LOG_STEPS.map(within)
  const best = candidates.findLast((found) => found.length <= n + 1) ?? []
  return best.length >= 2 ? best : multiples([low, high], niceStep(high - low, n))
}
