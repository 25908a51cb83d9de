import type { Held } from './held'
import type { Overview, RunInfo } from './overview'
import type { KernelSet } from './rows'
import { ALL_RUNS } from './snapshot'

/** From the most serious to the least; a group has that of its most serious kernel. */
export const VERDICTS = [
  'diverged',
  'too strong',
  'outweighed by gradients',
  'too weak',
  'not enough data',
  'too early to judge',
  'working',
  'no decay',
] as const
export type VerdictName = (typeof VERDICTS)[number]

/** The answer in words, as `findings` gives it without details (tb_wdnorm/serve/http_api.md). */
export interface Findings {
  readonly runs: readonly RunFindings[]
  readonly responses: readonly { readonly name: string; readonly sentence: string }[]
  readonly comparisons: readonly string[]
}

export interface RunFindings {
  readonly id: string
  /** Of the frame that is judged, the last one. */
  readonly step: number
  readonly groups: readonly GroupFinding[]
  readonly kernels: readonly KernelFinding[]
  readonly notices: readonly string[]
}

export interface Verdict {
  readonly name: VerdictName
  readonly is_certain: boolean
}

export interface GroupFinding {
  readonly name: string
  readonly verdict: Verdict
  readonly sentence: string
}

export interface KernelFinding {
  readonly id: string
  readonly path: string
  readonly group: string
  readonly verdict: Verdict
  readonly sentence: string
  /** What its decay does alone, in words; empty without decay. */
  readonly audit: string
  readonly notices: readonly string[]
}

/** Symbols: triangles point to where the norms are, too high or too low. */
export const MARKS: Readonly<Record<VerdictName, string>> = {
  diverged: '✕',
  'too strong': '▼',
  'outweighed by gradients': '▲',
  'too weak': '△',
  'not enough data': '?',
  'too early to judge': '…',
  working: '✓',
  'no decay': '○',
}

/** The item that findings are held under: they are about all kernels at once. */
export function everyKernel(overview: Overview | null): string {
  return overview?.kernels.map(({ id }) => id).join('.') ?? ''
}

/** What is held about all kernels that there are. */
export function heldFindings(held: Held<Findings>, overview: Overview | null): Findings | null {
  return held.get(everyKernel(overview))?.get(ALL_RUNS)?.value ?? null
}

const byRun = new WeakMap<Findings, ReadonlyMap<string, ReadonlyMap<string, KernelFinding>>>()

function lookUp(findings: Findings): ReadonlyMap<string, ReadonlyMap<string, KernelFinding>> {
  const known =
    byRun.get(findings) ??
    new Map(
      findings.runs.map(({ id, kernels }) => [
        id,
        new Map(kernels.map((kernel) => [kernel.id, kernel])),
      ]),
    )
  byRun.set(findings, known)
  return known
}

/** The most serious finding about a row in a run, if it is about the step shown; else null. */
export function findingOf(
  findings: Findings,
  run: RunInfo,
  row: KernelSet,
  step: number | null,
): KernelFinding | null {
  if (step !== null && step < run.last_step) return null
  const kernels = lookUp(findings).get(run.id)
  const found = row.kernels.flatMap(({ id }) => kernels?.get(id) ?? [])
  return mostSerious(found)
}

/** The verdicts about rows in runs at the step shown, the most serious first. */
export function verdictsOf(
  findings: Findings,
  cells: readonly { readonly row: KernelSet; readonly run: RunInfo }[],
  step: number | null,
): readonly VerdictName[] {
  const found = new Set(
    cells.map(({ row, run }) => findingOf(findings, run, row, step)?.verdict.name),
  )
  return VERDICTS.filter((name) => found.has(name))
}

function mostSerious(found: readonly KernelFinding[]): KernelFinding | null {
  const rank = ({ verdict }: KernelFinding) => VERDICTS.indexOf(verdict.name)
  return found.reduce<KernelFinding | null>(
    (worst, one) => (worst === null || rank(one) < rank(worst) ? one : worst),
    null,
  )
}

/** How many kernels in how many runs have each verdict, the most serious first. */
export function verdictCounts(
  runs: readonly RunFindings[],
): readonly { readonly name: VerdictName; readonly count: number }[] {
  const counts = new Map<VerdictName, number>()
  for (const { verdict } of runs.flatMap(({ kernels }) => kernels)) {
    counts.set(verdict.name, (counts.get(verdict.name) ?? 0) + 1)
  }
  return VERDICTS.flatMap((name) => {
    const count = counts.get(name)
    return count === undefined ? [] : [{ name, count }]
  })
}
