import { BY_NAME } from '../model/controls'
import { heatBlocks, rowValues, type HeatBlock } from '../model/heat-map'
import type { Store } from '../store'

/** What the heat-map is sorted by; a run that is not shown sorts nothing. */
export function sortInForce({ controls, shownRuns }: Store): string | null {
  const { sort } = controls.value
  return sort === BY_NAME || shownRuns.value.some(({ id }) => id === sort) ? sort : null
}

/** The rows of the heat-map as they are shown. */
export function overviewBlocks(store: Store): readonly HeatBlock[] {
  const { controls, sections, shownRuns, sources } = store
  const sort = sortInForce(store)
  const { measure } = controls.value
  const runs = shownRuns.value.filter(({ id }) => id === sort)
  return heatBlocks(sections.value, { ...controls.value, sort }, (row) => {
    return rowValues(row, runs, sources.snapshot.held.value, measure)[0] ?? NaN
  })
}
