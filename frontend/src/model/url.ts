import {
  AXES,
  BANDS,
  GROUPINGS,
  INITIAL_CONTROLS,
  MAX_BINS,
  MAX_SMOOTHING,
  MEASURES,
  ORDERS,
  OVER,
  RELATIONS,
  SEEDS,
  SHAPES,
  SHARINGS,
  STATISTICS,
  VIEWS,
  type Controls,
} from './controls'
import type { Interval } from './extent'

/** How a control is written in a link. What cannot be read is undefined. */
interface Codec<T> {
  readonly write: (value: T) => string
  readonly read: (text: string) => T | undefined
}

const text: Codec<string> = { write: (value) => value, read: (value) => value }
const flag: Codec<boolean> = {
  write: String,
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
}
/** Members may hold any characters; the comma between them is the only one that is not encoded. */
const set: Codec<ReadonlySet<string>> = {
  write: (members) => [...members].map(encodeURIComponent).join(','),
  read: (value) =>
    value === '' ? new Set() : new Set(value.split(',').map((member) => decoded(member))),
}
const interval: Codec<Interval> = {
  write: (ends) => ends.join(','),
  read(value) {
    const [low, high, ...more] = value.split(',').map((end) => (end === '' ? NaN : Number(end)))
    if (low === undefined || high === undefined || more.length > 0) return undefined
    return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : undefined
  },
}

function oneOf<T extends string>(values: readonly T[]): Codec<T> {
  return { write: String, read: (value) => values.find((known) => known === value) }
}

function number(low: number, high: number, whole = false): Codec<number> {
  return {
    write: String,
    read(value) {
      const found = value === '' ? NaN : Number(value)
      const right = found >= low && found <= high && (!whole || Number.isInteger(found))
      return right ? found : undefined
    },
  }
}

function nullable<T>({ write, read }: Codec<T>): Codec<T | null> {
  return {
    write: (value) => (value === null ? '' : write(value)),
    read: (value) => (value === '' ? null : read(value)),
  }
}

const CODECS: { readonly [K in keyof Controls]: Codec<Controls[K]> } = {
  view: oneOf(VIEWS),
  hidden: set,
  runFilter: text,
  baseline: nullable(text),
  seeds: oneOf(SEEDS),
  kernelFilter: text,
  groupBy: oneOf(GROUPINGS),
  groupPattern: text,
  order: oneOf(ORDERS),
  pinned: set,
  collapsed: set,
  large: nullable(text),
  axis: oneOf(AXES),
  zoom: nullable(interval),
  step: nullable(number(0, Number.MAX_SAFE_INTEGER, true)),
  statistic: oneOf(STATISTICS),
  band: oneOf(BANDS),
  relation: oneOf(RELATIONS),
  logY: flag,
  smoothing: number(0, MAX_SMOOTHING),
  measure: oneOf(MEASURES),
  sort: nullable(text),
  sortAscending: flag,
  over: oneOf(OVER),
  shape: oneOf(SHAPES),
  bins: number(1, MAX_BINS, true),
  shareX: oneOf(SHARINGS),
  xLimits: nullable(interval),
  yLimits: nullable(interval),
  clip: flag,
}

const NAMES = Object.keys(CODECS) as (keyof Controls)[]
const PREFIX = 'p.wdnorm.'

/** The controls of a link: its `p.wdnorm.*`, and the default where it has nothing or nonsense. */
export function controlsOfHash(hash: string): Controls {
  const given = new Map<string, string>()
  for (const token of tokens(hash)) {
    const [name, value, ...more] = token.split('=')
    if (name === undefined || value === undefined || more.length > 0) continue
    given.set(decoded(name), decoded(value))
  }
  return NAMES.reduce((controls, name) => withField(controls, name, given), INITIAL_CONTROLS)
}

function withField(
  controls: Controls,
  name: keyof Controls,
  given: ReadonlyMap<string, string>,
): Controls {
  const value = given.get(PREFIX + name)
  const found = value === undefined ? undefined : CODECS[name].read(value)
  return found === undefined ? controls : { ...controls, [name]: found }
}

/** The hash with these controls in it: only what differs from the default; others' keys stay. */
export function hashWithControls(hash: string, controls: Controls): string {
  const foreign = tokens(hash).filter((token) => !isOurs(token))
  const ours = NAMES.flatMap((name) => {
    const value = written(controls, name)
    return value === written(INITIAL_CONTROLS, name)
      ? []
      : [`${PREFIX}${name}=${encodeURIComponent(value)}`]
  })
  const all = [...foreign, ...ours]
  return all.length === 0 ? '' : `#${all.join('&')}`
}

function written(controls: Controls, name: keyof Controls): string {
  const write = CODECS[name].write as (value: unknown) => string
  return write(controls[name])
}

function isOurs(token: string): boolean {
  const [name = '', value] = token.split('=')
  return value !== undefined && decoded(name).startsWith(PREFIX)
}

function tokens(hash: string): readonly string[] {
  return hash
    .replace(/^#/, '')
    .split('&')
    .filter((token) => token !== '')
}

/** As it is where it is not encoded rightly. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
