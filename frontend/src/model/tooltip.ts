import type { DistributionPanel } from './distributions'

/** The values of all runs at one place, largest first. */
export interface Reading {
  readonly place: number
  /** What the numbers of each run are; the first one orders the runs. */
  readonly columns: readonly string[]
  readonly values: readonly RunValues[]
}

export interface RunValues {
  /** A run, or runs that are one curve. */
  readonly run: { readonly id: string; readonly name: string }
  readonly numbers: readonly number[]
  /** What else there is to say. */
  readonly remark?: string
}

/** The values of a panel of the Distributions grid, at the place of its first run. */
export function readPanel(panel: DistributionPanel): Reading | null {
  const [first] = panel.runs
  if (first === undefined) return null
  const values = panel.runs.map(({ run, mean, max }) => ({ run, numbers: [mean, max] }))
  return { place: first.place, columns: ['mean', 'max'], values: largestFirst(values) }
}

/** In order of the first number; those that are not finite last. */
export function largestFirst(values: readonly RunValues[]): readonly RunValues[] {
  const rank = ({ numbers: [first = NaN] }: RunValues) =>
    Number.isFinite(first) ? first : -Infinity
  return values.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
}
