import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import { runsWithoutEpoch } from '../model/curves'
import { count } from '../model/format'
import type { Overview } from '../model/overview'
import { palette } from '../model/palette'
import type { Store } from '../store'
import { PageContext, useControls, useDistancesWanted, useStore, type Page } from './context'
import { ControlsBar } from './controls-bar'
import { LargeDialog } from './large-dialog'
import { lazy } from './lazy'
import { Notice, TroubleBanner } from './notices'
import { PassingButton } from './passing-button'
import { ProgressBar } from './progress-bar'
import { RunPanel } from './run-panel'
import { Toolbar } from './toolbar'
import { VIEW_PARTS } from './views'

const NoData = lazy(async () => (await import('./later')).NoData)

/** The whole page. */
export function App(page: Page): JSX.Element {
  const { store } = page
  const overview = store.overview.value
  useThemeColours(store)
  return (
    <PageContext.Provider value={page}>
      <ProgressBar />
      {overview !== null && <Content overview={overview} />}
      {overview === null && store.trouble.value === null && <Notice>Loading kernel norms …</Notice>}
      <TroubleBanner />
    </PageContext.Provider>
  )
}

function Content({ overview }: { readonly overview: Overview }): JSX.Element {
  const [{ view }] = useControls()
  if (overview.runs.length === 0 || overview.kernels.length === 0) return <NoData />
  return (
    <div class="page">
      <RunPanel overview={overview} />
      <main>
        <Toolbar />
        <ControlsBar />
        <div
          class={`view ${view}`}
          id="view"
          role="tabpanel"
          tabIndex={-1}
          aria-labelledby={`tab-${view}`}
        >
          <CurrentView overview={overview} />
        </div>
      </main>
    </div>
  )
}

function CurrentView({ overview }: { readonly overview: Overview }): JSX.Element {
  const [controls, set] = useControls()
  const { rows, shownRuns } = useStore()
  useDistancesWanted()
  const left = runsWithoutEpoch(overview, controls).length
  const remark = left > 0 && (
    <p class="remark">{count(left, 'run')} left out: the epoch is not known.</p>
  )
  if (shownRuns.value.length === 0) {
    const { runFilter } = controls
    const all = { hidden: new Set<string>(), runFilter: '' }
    return (
      <Nothing
        say={runFilter === '' ? 'No run is selected.' : `No ticked run matches “${runFilter}”.`}
        offer="Select all"
        next=".run-panel input"
        accept={() => {
          set(all)
        }}
      >
        {remark}
      </Nothing>
    )
  }
  if (rows.value.length === 0) {
    return (
      <Nothing
        say={`No kernel matches “${controls.kernelFilter}”.`}
        offer="Show all kernels"
        next=".controls input"
        accept={() => {
          set({ kernelFilter: '' })
        }}
      />
    )
  }
  const { Content } = VIEW_PARTS[controls.view]
  return (
    <>
      {remark}
      <Content />
      <LargeDialog />
    </>
  )
}

interface NothingProps {
  readonly say: string
  readonly offer: string
  /** Selects where to go on from there. */
  readonly next: string
  readonly accept: () => void
  readonly children?: ComponentChildren
}

/** Why there is nothing to see, and the way out. */
function Nothing({ say, offer, next, accept, children }: NothingProps): JSX.Element {
  return (
    <Notice>
      {children}
      <p>{say}</p>
      <PassingButton next={next} onClick={accept}>
        {offer}
      </PassingButton>
    </Notice>
  )
}

/** Gives the style sheet the palette that the canvases use. */
function useThemeColours({ theme }: Store): void {
  const current = theme.value
  useEffect(() => {
    const { style } = document.documentElement
    for (const [name, colour] of Object.entries(palette(current))) {
      style.setProperty(`--${name}`, String(colour))
    }
    style.colorScheme = current
  }, [current])
}
