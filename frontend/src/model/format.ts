import type { Axis } from './controls'

const THOUSANDS = new Intl.NumberFormat('en')
const FRACTION = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const DATE = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hour12: false,
})

/** A norm for tooltips and sentences: four significant digits. */
export function formatNorm(value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3 || size >= 1e5) return minus(value.toExponential(3))
  return minus(size < 1e3 ? value.toPrecision(4) : String(Math.round(value)))
}

/** A share or a relative change: `−12.5 %`. */
export function formatPercent(value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  const percent = value * 100
  const digits = Math.abs(percent) < 10 ? 2 : Math.abs(percent) < 1000 ? 1 : 0
  return `${minus(percent.toFixed(digits))} %`
}

/** A positive number as people write their settings, in three digits at most: `0.002`, `2e-4`. */
export function formatBrief(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return rounded !== 0 && rounded < 1e-3 ? rounded.toExponential() : String(rounded)
}

/** A place on an axis: whole steps, epochs with two decimals, a duration, or a date. */
export function formatPlace(axis: Axis, value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  if (axis === 'step') return THOUSANDS.format(value)
  if (axis === 'epoch') return FRACTION.format(value)
  return axis === 'wall' ? DATE.format(value * 1000) : formatDuration(value)
}

/** What an axis along training shows. */
export const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  step: 'step',
  epoch: 'epoch',
  relative: 'time since start',
  wall: 'time',
}

/** A place with what it is on the axis: `step 1,200`. */
export function placeTitle(axis: Axis, place: number): string {
  return `${AXIS_TITLES[axis]} ${formatPlace(axis, place)}`
}

/** The step that all views show, in words. */
export function placeInWords(step: number | null): string {
  return step === null ? 'the last step' : placeTitle('step', step)
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** The two largest units of a duration in seconds: `2 h 5 min`, `12 s`, `0.5 s`. */
export function formatDuration(seconds: number): string {
  const sign = seconds < 0 ? '−' : ''
  const size = Math.abs(seconds)
  for (const [i, [name, length]] of UNITS.entries()) {
    const below = UNITS[i + 1]
    if (below === undefined) break
    // Rounded before it is split, lest there be 60 minutes.
    const rounded = Math.round(size / below[1]) * below[1]
    if (rounded < length) continue
    const rest = Math.round((rounded % length) / below[1])
    return `${sign}${Math.floor(rounded / length)} ${name}${rest === 0 ? '' : ` ${rest} ${below[0]}`}`
  }
  return `${sign}${FRACTION.format(size < 10 ? size : Math.round(size))} s`
}

/** How long ago, in the largest unit: `12 s`, `3 min`, `5 h`. */
export function formatAge(seconds: number): string {
  const [name, length] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1]
  return `${Math.max(0, Math.floor(seconds / length))} ${name}`
}

const PREFIXES = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const

/** A large number in short: `1.5k`, `120k`, `2M`. */
export function formatShort(value: number): string {
  const [prefix, factor] = PREFIXES.find(([, factor]) => Math.abs(value) >= factor) ?? ['', 1]
  return minus(String(Number((value / factor).toPrecision(4))) + prefix)
}

/** `3 runs`, `1 run`. */
export function count(n: number, noun: string): string {
  return `${THOUSANDS.format(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** `8 × 64 × 32`. */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ')
}

/** With the sign that is as wide as a plus. */
export function minus(number: string): string {
  return number.replace('-', '−').replace('e−', 'e-')
}
