import type { Overview, RunInfo } from './overview'

export type View = 'trends' | 'distributions'
export type Axis = 'step' | 'epoch'

/** What the user chose. Runs are shown unless hidden, so that new ones appear by themselves. */
export interface Controls {
  readonly view: View
  readonly axis: Axis
  readonly hidden: ReadonlySet<string>
}

export const INITIAL_CONTROLS: Controls = { view: 'trends', axis: 'step', hidden: new Set() }

export function withView(controls: Controls, view: View): Controls {
  return { ...controls, view }
}

export function withAxis(controls: Controls, axis: Axis): Controls {
  return { ...controls, axis }
}

export function withRunToggled(controls: Controls, runId: string): Controls {
  const hidden = new Set(controls.hidden)
  if (!hidden.delete(runId)) hidden.add(runId)
  return { ...controls, hidden }
}

export function withAllRuns(controls: Controls): Controls {
  return { ...controls, hidden: new Set() }
}

export function withNoRuns(controls: Controls, runs: readonly RunInfo[]): Controls {
  return { ...controls, hidden: new Set(runs.map((run) => run.id)) }
}

/** Whether any run says in which epoch its frames were taken. */
export function hasEpochs(overview: Overview): boolean {
  return overview.runs.some((run) => run.last_epoch !== null)
}

/** The axis in force: epochs only where a run has them. */
export function axisInForce(overview: Overview, controls: Controls): Axis {
  return hasEpochs(overview) ? controls.axis : 'step'
}

/** The runs that are ticked and can be placed on the axis, in the overview's order. */
export function shownRuns(overview: Overview, controls: Controls): readonly RunInfo[] {
  const axis = axisInForce(overview, controls)
  return overview.runs.filter(
    (run) => !controls.hidden.has(run.id) && (axis === 'step' || run.last_epoch !== null),
  )
}

/** The runs that are ticked but left out because they do not say their epoch. */
export function runsWithoutEpoch(overview: Overview, controls: Controls): readonly RunInfo[] {
  if (axisInForce(overview, controls) === 'step') return []
  return overview.runs.filter((run) => !controls.hidden.has(run.id) && run.last_epoch === null)
}
