import type { JSX } from 'preact'

import { verdictTitle } from '../model/finding-groups'
import { MARKS, type Verdict } from '../model/findings'

/** A verdict as a coloured word with its symbol. */
export function VerdictChip({
  verdict,
  count,
}: {
  readonly verdict: Verdict
  readonly count?: number
}): JSX.Element {
  return (
    <span class="chip" data-verdict={verdict.name}>
      <span aria-hidden="true">{MARKS[verdict.name]}</span>{' '}
      {count !== undefined && `${String(count)} `}
      {verdictTitle(verdict)}
    </span>
  )
}
