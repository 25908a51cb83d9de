import type { Measure } from './controls'
import type { Theme } from './palette'
import { mixed } from './run-style'

/** Where values lie between the ends of a colour ramp. */
export interface ColourScale {
  /** Diverging ramps have the neutral value in their middle. */
  readonly kind: 'diverging' | 'sequential'
  /** The values at the beginning, the middle and the end of the ramp. */
  readonly places: readonly [low: number, middle: number, high: number]
  /** Whether there are values beyond the ends. */
  readonly beyond: readonly [below: boolean, above: boolean]
  /** 0 … 1; what lies beyond an end has its colour. */
  readonly share: (value: number) => number
}

// A few extreme values, say of a run that diverged or of kernels that decayed to nothing, must not
// make all others look the same.
const LEFT_OUT = 0.05
const FACTORS = [1.1, 1.25, 1.5, 2, 3, 5, 10]
const REACHES = [0.1, 0.2, 0.5, 1]
const FROM_MEDIAN = 30
const LOG_FROM = 10

/** Ratios diverge around 1, distances around 0; norms run from the least to the greatest. */
export function colourScale(measure: Measure, values: Iterable<number>): ColourScale {
  const finite = [...values].filter(Number.isFinite)
  if (measure === 'distance') {
    const reach = covering(finite.map(Math.abs), REACHES)
    return scale('diverging', [-reach, 0, reach], finite, (value) => value)
  }
  if (measure === 'retention' || measure === 'ratio') {
    const ratios = finite.map((value) => Math.max(value, 1 / value))
    const factor = covering(ratios, FACTORS)
    return scale('diverging', [1 / factor, 1, factor], finite, Math.log)
  }
  const sorted = finite.toSorted((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? 0
  const [least, greatest] = ends(sorted, LEFT_OUT / 2)
  const low = Math.max(least, median / FROM_MEDIAN)
  const high = Math.min(greatest, median * FROM_MEDIAN)
  return low > 0 && high / low > LOG_FROM
    ? scale('sequential', [low, Math.sqrt(low * high), high], finite, Math.log)
    : scale('sequential', [low, (low + high) / 2, high], finite, (value) => value)
}

function scale(
  kind: ColourScale['kind'],
  places: ColourScale['places'],
  values: readonly number[],
  forth: (value: number) => number,
): ColourScale {
  const [low, , high] = places
  const [start, end] = [forth(low), forth(high)]
  const share = (value: number) =>
    end === start ? 0.5 : Math.min(1, Math.max(0, (forth(value) - start) / (end - start)))
  const beyond = [
    values.some((value) => value < low),
    values.some((value) => value > high),
  ] as const
  return { kind, places, beyond, share }
}

/** The least and the greatest value when a share is left out at both ends. */
function ends(sorted: readonly number[], share: number): readonly [number, number] {
  const n = Math.floor(sorted.length * share)
  return [sorted[n] ?? 0, sorted[sorted.length - 1 - n] ?? 0]
}

/** The first round number that most of the values do not exceed. */
function covering(values: readonly number[], round: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const most = ends(sorted, LEFT_OUT)[1] * (1 - 1e-6)
  return round.find((value) => value >= most) ?? round.at(-1) ?? 1
}

// The ends differ for every kind of colour vision; lightness tells how far a value is from neutral,
// which is the page's own background, so that colour is where something happens.
const RAMPS: Readonly<Record<Theme, Readonly<Record<ColourScale['kind'], readonly string[]>>>> = {
  light: {
    diverging: ['#1c4a94', '#7fa8d9', '#f4f4f4', '#eca35c', '#9c4600'],
    sequential: ['#eef5f3', '#8cc4ba', '#2c8578', '#003f38'],
  },
  dark: {
    diverging: ['#8fc1ff', '#4272b0', '#3d3d3d', '#b0631d', '#ffbe75'],
    sequential: ['#36423f', '#2f786d', '#66b8aa', '#d5f5ee'],
  },
}

/** The colour at a share of the ramp. */
export function heatColour(kind: ColourScale['kind'], share: number, theme: Theme): string {
  const ramp = RAMPS[theme][kind]
  const at = share * (ramp.length - 1)
  const below = Math.min(Math.floor(at), ramp.length - 2)
  return mixed(ramp[below] ?? '', ramp[below + 1] ?? '', at - below)
}

/** Black or white, whichever is easier to read on a `#rrggbb`; their contrast is 4.5 at least. */
export function inkOn(colour: string): string {
  return luminance(colour) > 0.179 ? '#000000' : '#ffffff'
}

/** Relative luminance as WCAG 2 defines it. */
export function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
