import { findingOf, heldFindings } from '../model/findings'
import type { KernelSet } from '../model/rows'
import type { Table } from '../model/table'
import type { Store } from '../store'

/** What is found about a kernel, one run per row. */
export function findingTable(
  { overview, shownRuns, sources }: Store,
  row: KernelSet,
): Table | null {
  const found = heldFindings(sources.findings.held.value, overview.value)
  if (found === null) return null
  const rows = shownRuns.value.flatMap((run) => {
    const finding = findingOf(found, run, row, null)
    if (finding === null) return []
    const { verdict, sentence } = finding
    return [[row.name, run.name, verdict.name, verdict.is_certain ? 'yes' : 'no', sentence]]
  })
  const columns = ['kernel', 'run', 'verdict', 'certain', 'sentence']
  return { caption: `findings about ${row.name}`, columns, rows }
}
