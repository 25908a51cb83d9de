import type { Axis } from './controls'
import type { Interval } from './extent'
import { count, formatNorm, placeTitle } from './format'
import { nearestIndex } from './search'
import { largestFirst, type Reading, type RunValues } from './tooltip'
import type { TrendChart, TrendCurve } from './trends'

// How far beyond its ends a run is still read, as a share of the axis.
const REACH = 0.02

/** A curve's point nearest to a place. */
export interface ReadPoint {
  readonly curve: TrendCurve
  readonly index: number
  readonly place: number
}

/** The points nearest to `x` of the curves that reach as far. */
export function pointsAt({ curves, x: [low, high] }: TrendChart, x: number): readonly ReadPoint[] {
  const reach = (high - low) * REACH
  return curves.flatMap((curve): ReadPoint[] => {
    const index = nearestIndex(curve.x, x)
    const first = curve.x[0] ?? NaN
    const last = curve.x[curve.x.length - 1] ?? NaN
    if (!(x >= first - reach && x <= last + reach)) return []
    return [{ curve, index, place: curve.x[index] ?? NaN }]
  })
}

/** The points nearest to the step of the curves that reach as far. */
export function pointsAtStep({ curves }: TrendChart, step: number): readonly ReadPoint[] {
  return curves.flatMap((curve): ReadPoint[] => {
    const { step: steps, x } = curve
    if (!(step >= (steps[0] ?? NaN) && step <= (steps[steps.length - 1] ?? NaN))) return []
    const index = nearestIndex(steps, step)
    return [{ curve, index, place: x[index] ?? NaN }]
  })
}

/** Reads the chart at the frames nearest to `x`; null where no run has one. */
export function readTrends(chart: TrendChart, x: number): Reading | null {
  const points = pointsAt(chart, x)
  const place = nearest(
    points.map(({ place }) => place),
    x,
  )
  if (place === null) return null
  const isSmoothed = points.some(({ curve }) => curve.raw.length > 0)
  const hasMax = points.some(({ curve }) => curve.max.length > 0)
  const columns = [...(isSmoothed ? ['smoothed'] : []), chart.statistic, ...(hasMax ? ['max'] : [])]
  const values = points.map(({ curve: { curve, main, raw, max, nonfinite }, index }): RunValues => {
    const at = (array: Float32Array) => array[index] ?? NaN
    const numbers = [at(main), ...(isSmoothed ? [at(raw)] : []), ...(hasMax ? [at(max)] : [])]
    const n = at(nonfinite)
    return { run: curve, numbers, ...(n > 0 && { remark: `${count(n, 'channel')} not finite` }) }
  })
  return { place, columns, values: largestFirst(values) }
}

function nearest(places: readonly number[], x: number): number | null {
  return places.reduce<number | null>(
    (best, place) => (best !== null && Math.abs(best - x) <= Math.abs(place - x) ? best : place),
    null,
  )
}

const MAX_SAID = 10

/** A reading for those who hear it. */
export function readingSentence({ place, values }: Reading, axis: Axis): string {
  const said = values
    .slice(0, MAX_SAID)
    .map(({ run, numbers: [first = NaN] }) => `${run.name} ${formatNorm(first)}`)
  const more = values.length - said.length
  const rest = more > 0 ? [`and ${count(more, 'more run')}`] : []
  return `${placeTitle(axis, place)}: ${[...said, ...rest].join(', ')}.`
}

/**
 * The place `by` frames after that nearest to `x`, among what is shown of the curve with the most
 * frames; where nothing is pointed at, its first one, or its last one backwards. Null without any.
 */
export function neighbour(
  { curves, x: [low, high] }: TrendChart,
  x: number | null,
  by: number,
): number | null {
  const [longest] = curves.toSorted((a, b) => b.x.length - a.x.length)
  const shown = longest?.x.filter((place) => place >= low && place <= high) ?? []
  const last = shown.length - 1
  const from = x === null ? (by > 0 ? -1 : last + 1) : nearestIndex(shown, x)
  const to = x === null && Number.isFinite(by) ? from + Math.sign(by) : from + by
  return shown[Math.min(last, Math.max(0, to))] ?? null
}

/** The interval with its width times `factor` and `at` where it was in it, within `whole`. */
export function zoomed(
  [low, high]: Interval,
  whole: Interval,
  at: number,
  factor: number,
): Interval | null {
  const from = Math.max(whole[0], at - (at - low) * factor)
  const to = Math.min(whole[1], at + (high - at) * factor)
  return from <= whole[0] && to >= whole[1] ? null : [from, to]
}
