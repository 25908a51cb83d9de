import type { Axis, Controls } from './controls'
import { filter } from './filter'
import { count } from './format'
import type { Overview, RunInfo } from './overview'

/** What becomes one curve: a run, or runs that differ in their seed only. */
export interface Curve {
  /** That of the first run; colours and answers are found by it. */
  readonly id: string
  readonly name: string
  /** At least one. */
  readonly runs: readonly RunInfo[]
}

/** Whether any run says in which epoch its frames were taken. */
export function hasEpochs({ runs }: Overview): boolean {
  return runs.some((run) => run.last_epoch !== null)
}

/** The axis in force: epochs only where a run has them. */
export function axisInForce(overview: Overview, { axis }: Controls): Axis {
  return axis === 'epoch' && !hasEpochs(overview) ? 'step' : axis
}

/** The runs that match the filter, in the overview's order. */
export function listedRuns(overview: Overview, { runFilter }: Controls): readonly RunInfo[] {
  const { matches } = filter(runFilter)
  return overview.runs.filter(({ name }) => matches(name))
}

/** The listed runs that are ticked and can be placed on the axis. */
export function shownRuns(overview: Overview, controls: Controls): readonly RunInfo[] {
  const epochs = axisInForce(overview, controls) === 'epoch'
  return tickedRuns(overview, controls).filter((run) => !epochs || run.last_epoch !== null)
}

/** The runs that are ticked but left out because they do not say their epoch. */
export function runsWithoutEpoch(overview: Overview, controls: Controls): readonly RunInfo[] {
  if (axisInForce(overview, controls) !== 'epoch') return []
  return tickedRuns(overview, controls).filter((run) => run.last_epoch === null)
}

function tickedRuns(overview: Overview, controls: Controls): readonly RunInfo[] {
  return listedRuns(overview, controls).filter(({ id }) => !controls.hidden.has(id))
}

/** Whether there are runs that differ in their seed only. */
export function hasReplicates({ replicates }: Overview): boolean {
  return replicates.some((ids) => ids.length > 1)
}

/** Each run by itself. */
export function separate(runs: readonly RunInfo[]): readonly Curve[] {
  return runs.map((run) => ({ id: run.id, name: run.name, runs: [run] }))
}

/** The runs, those that differ in their seed only as one. */
export function merged(
  runs: readonly RunInfo[],
  replicates: Overview['replicates'],
): readonly Curve[] {
  const listOf = new Map(replicates.flatMap((ids) => ids.map((id) => [id, ids] as const)))
  const curves = new Map<unknown, RunInfo[]>()
  for (const run of runs) {
    const list = listOf.get(run.id) ?? run
    const found = curves.get(list)
    if (found === undefined) curves.set(list, [run])
    else found.push(run)
  }
  return [...curves.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const name = members.length === 1 ? first.name : mergedName(members)
    return [{ id: first.id, name, runs: members }]
  })
}

/** What the names have in common, or else the decay, and the number of runs. */
function mergedName(runs: readonly RunInfo[]): string {
  const names = runs.map(({ name }) => name)
  const [first = ''] = names
  let length = 0
  while (length < first.length && names.every((name) => name[length] === first[length])) length += 1
  const shared = first.slice(0, length).replace(/[\W_]*(seed|run|s|r)?[\W_]*$/i, '')
  const label = runs[0]?.label === 'none' ? 'no decay' : runs[0]?.label
  return `${shared === '' ? label : shared} (${count(runs.length, 'seed')})`
}
