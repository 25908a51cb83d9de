import type { Measure } from './controls'
import { count, formatNorm, formatPercent, minus } from './format'

/** What the heat-map can show, in the words of its legend. */
export const MEASURE_TITLES: Readonly<Record<Measure, string>> = {
  retention: 'retention ‖w‖ / ‖w₀‖',
  ratio: 'ratio to baseline',
  distance: 'distance to target',
  mean: 'mean',
  max: 'max',
  spread: 'spread (std / mean)',
}

/** A value in a cell: three digits, distances as a percentage. */
export function formatCell(measure: Measure, value: number): string {
  if (!Number.isFinite(value)) return 'NaN'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (measure === 'distance') {
    const percent = minus((100 * value).toFixed(size < 0.0995 ? 1 : 0))
    return `${value > 0 ? '+' : ''}${percent} %`
  }
  if (size < 1e-3 || size >= 1e4) return minus(value.toExponential(size < 1e-3 ? 0 : 1))
  return minus(size >= 1000 ? value.toFixed(0) : value.toPrecision(3))
}

/** A value in words. */
export function formatMeasure(measure: Measure, value: number): string {
  return measure === 'distance' ? formatPercent(value) : formatNorm(value)
}

interface Place {
  readonly row: { readonly name: string }
  readonly run: { readonly name: string }
  readonly value: number
}

/** The heat-map in one sentence. */
export function heatSentence(measure: Measure, at: string, places: readonly Place[]): string {
  const finite = places.filter(({ value }) => Number.isFinite(value))
  const sorted = finite.toSorted((a, b) => a.value - b.value)
  const [least, greatest] = [sorted[0], sorted.at(-1)]
  const head = `Kernels and runs at ${at}: ${MEASURE_TITLES[measure]}`
  if (least === undefined || greatest === undefined) return `${head}, no values.`
  const say = ({ row, run, value }: Place) =>
    `${formatMeasure(measure, value)} (${row.name}, ${run.name})`
  const said =
    finite.length === 1
      ? say(least)
      : `${count(finite.length, 'value')} from ${say(least)} to ${say(greatest)}`
  return `${head}, ${said}.`
}
