import type { JSX } from 'preact'

import type { Controls } from '../model/controls'
import { findingGroups, type FindingGroup } from '../model/finding-groups'
import {
  everyKernel,
  heldFindings,
  verdictCounts,
  type Findings,
  type RunFindings,
  type Verdict,
} from '../model/findings'
import { placeTitle } from '../model/format'
import type { RunInfo } from '../model/overview'
import { useControls, useStore, useWanted } from './context'
import { RunSwatch } from './run-swatch'
import style from './style/findings.css?inline'
import { VerdictChip } from './verdict-chip'

// Of more kernels in a run, only the groups are unfolded; the report of the terminal does so, too.
const FEW_KERNELS = 20

/** Whether decay works, in words: what the runs show together, then run by run. */
export function FindingsView(): JSX.Element {
  const { baseline, overview, rows, shownRuns, sources } = useStore()
  useWanted('findings', everyKernel(overview.value), true)
  const found = heldFindings(sources.findings.held.value, overview.value)
  if (found === null) return <p class="remark">Judging …</p>
  const shown = new Set(rows.value.flatMap(({ kernels }) => kernels.map(({ id }) => id)))
  const byId = new Map(found.runs.map((run) => [run.id, run]))
  const judged = shownRuns.value.flatMap((run) => {
    const findings = byId.get(run.id)
    return findings === undefined ? [] : [{ run, findings }]
  })
  const isAlone = judged.every(({ run }) => run === baseline.value)
  const against = isAlone ? null : baseline.value
  return (
    <div class="found">
      <style>{style}</style>
      <Counts runs={judged.map(({ findings }) => findings)} shown={shown} />
      <Together found={found} />
      {judged.map(({ run, findings }) => (
        <OneRun key={run.id} run={run} findings={findings} shown={shown} />
      ))}
      <p class="remark">
        Judged at the last step of each run
        {against !== null && ` and compared with ${against.name}`}. A smaller norm is not a better
        model: look at the validation metric beside it.
      </p>
    </div>
  )
}

interface Shown {
  /** Ids of the kernels that match the filter. */
  readonly shown: ReadonlySet<string>
}

function Counts({ runs, shown }: { readonly runs: readonly RunFindings[] } & Shown): JSX.Element {
  const matching = runs.map((run) => ({
    ...run,
    kernels: run.kernels.filter(({ id }) => shown.has(id)),
  }))
  return (
    <ul class="chips" aria-label="Number of kernels, in all runs shown, by verdict">
      {verdictCounts(matching).map(({ name, count }) => (
        <li key={name}>
          <VerdictChip verdict={{ name, is_certain: true }} count={count} />
        </li>
      ))}
    </ul>
  )
}

/** What runs beside each other show. */
function Together({ found: { comparisons, responses } }: { readonly found: Findings }) {
  if (comparisons.length === 0 && responses.length === 0) return null
  return (
    <section class="card">
      <h2>Runs side by side</h2>
      <ul class="sentences">
        {comparisons.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {responses.length > 0 && (
        <details open={responses.length <= FEW_KERNELS}>
          <summary>How norms answer to the strength of the decay</summary>
          <ul class="sentences">
            {responses.map(({ name, sentence }) => (
              <li key={`${name} ${sentence}`}>{sentence}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

interface OneRunProps extends Shown {
  readonly run: RunInfo
  readonly findings: RunFindings
}

function OneRun({ run, findings, shown }: OneRunProps): JSX.Element | null {
  const { runStyles } = useStore()
  const groups = findingGroups(findings, shown)
  if (groups.length === 0) return null
  const few = groups.reduce((sum, { kernels }) => sum + kernels.length, 0) <= FEW_KERNELS
  return (
    <section class="card" aria-label={run.name}>
      <h2>
        <RunSwatch style={runStyles.value.get(run.id)} /> <bdi>{run.name}</bdi>{' '}
        <small>
          {run.label === 'none' ? 'no decay' : run.label}, {placeTitle('step', findings.step)}
        </small>
      </h2>
      {findings.notices.map((notice) => (
        <p key={notice} class="found-notice">
          {notice}
        </p>
      ))}
      {groups.map((group) => (
        <Group key={group.name} group={group} step={findings.step} open={few} />
      ))}
    </section>
  )
}

interface FindingProps extends ShowProps {
  readonly verdict: Verdict
  readonly audit: string
  readonly notices: readonly string[]
}

function Finding({ verdict, sentence, audit, notices, link }: FindingProps): JSX.Element {
  return (
    <li class="judged">
      <VerdictChip verdict={verdict} />
      <span>
        {[sentence, ...notices].join(' ')} <small>{audit}</small>{' '}
        <Show sentence={sentence} link={link} />
      </span>
    </li>
  )
}

interface ShowProps {
  readonly sentence: string
  /** Shows the curves that it is about. */
  readonly link: Partial<Controls>
}

function Show({ sentence, link }: ShowProps): JSX.Element {
  const [, set] = useControls()
  return (
    <button
      type="button"
      aria-label={`Show the trends behind: ${sentence}`}
      onClick={() => {
        set({ view: 'trends', ...link })
      }}
    >
      Show
    </button>
  )
}

interface GroupProps {
  readonly group: FindingGroup
  readonly step: number
  readonly open: boolean
}

function Group({ group: { name, verdict, sentence, kernels }, step, open }: GroupProps) {
  const [only] = kernels
  const [{ groupBy }] = useControls()
  if (only !== undefined && kernels.length === 1) {
    return (
      <ul class="sentences">
        <Finding {...only} link={{ large: only.id, step }} />
      </ul>
    )
  }
  // Trends of kernels know the groups that were logged, too.
  const grouped = groupBy === 'kernel' ? {} : { groupBy: 'group' as const }
  const link = { large: `=${name}`, step, ...grouped }
  return (
    <details open={open}>
      <summary class="judged">
        <VerdictChip verdict={verdict} />
        <span>{sentence}</span>
      </summary>
      <ul class="sentences">
        <li class="judged">
          <span class="whole">
            The group as a whole <Show sentence={sentence} link={link} />
          </span>
        </li>
        {kernels.map((kernel) => (
          <Finding key={kernel.id} {...kernel} link={{ large: kernel.id, step }} />
        ))}
      </ul>
    </details>
  )
}
