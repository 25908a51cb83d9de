import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { runsWithoutEpoch, withAllRuns } from '../model/controls'
import { count } from '../model/format'
import type { Overview } from '../model/overview'
import { palette } from '../model/palette'
import type { Store } from '../store'
import { StoreContext, useStore } from './context'
import { DistributionsView } from './distributions-view'
import { NoData, Notice, Trouble } from './notices'
import { RunList } from './run-list'
import { Toolbar } from './toolbar'
import { TrendsView } from './trends-view'

interface Props {
  readonly store: Store
  readonly retry: () => void
}

/** The whole page. */
export function App({ store, retry }: Props): JSX.Element {
  const overview = store.overview.value
  const trouble = store.trouble.value
  useThemeColours(store)
  return (
    <StoreContext.Provider value={store}>
      {trouble !== null && <Trouble sentence={trouble} retry={retry} />}
      {overview !== null && <Content overview={overview} />}
      {overview === null && trouble === null && <Notice>Loading kernel norms …</Notice>}
    </StoreContext.Provider>
  )
}

function Content({ overview }: { readonly overview: Overview }): JSX.Element {
  const { controls } = useStore()
  if (overview.runs.length === 0 || overview.kernels.length === 0) return <NoData />
  return (
    <div class="page">
      <RunPanel overview={overview} />
      <main>
        <Toolbar />
        <div class="view" id="view" role="tabpanel" aria-labelledby={`tab-${controls.value.view}`}>
          <CurrentView overview={overview} />
        </div>
      </main>
    </div>
  )
}

function CurrentView({ overview }: { readonly overview: Overview }): JSX.Element {
  const { controls, shownRuns } = useStore()
  const left = runsWithoutEpoch(overview, controls.value).length
  const remark = left > 0 && (
    <p class="remark">{count(left, 'run')} left out: the epoch is not known.</p>
  )
  if (shownRuns.value.length === 0) {
    return (
      <Notice>
        {remark}
        <p>No run is selected.</p>
        <button
          type="button"
          onClick={() => {
            controls.value = withAllRuns(controls.value)
          }}
        >
          Select all
        </button>
      </Notice>
    )
  }
  return (
    <>
      {remark}
      {controls.value.view === 'trends' ? (
        <TrendsView kernels={overview.kernels} />
      ) : (
        <DistributionsView kernels={overview.kernels} />
      )}
    </>
  )
}

/** The run list: beside the charts, or folded above them where the page is narrow. */
function RunPanel({ overview: { runs } }: { readonly overview: Overview }): JSX.Element {
  const { controls } = useStore()
  const narrow = useMedia('(max-width: 720px)')
  const ticked = runs.filter((run) => !controls.value.hidden.has(run.id)).length
  const title: ComponentChildren = (
    <>
      Runs{' '}
      <small>
        {ticked} of {runs.length}
      </small>
    </>
  )
  return narrow ? (
    <details class="run-panel">
      <summary>{title}</summary>
      <RunList runs={runs} />
    </details>
  ) : (
    <aside class="run-panel" aria-label="Runs">
      <h2>{title}</h2>
      <RunList runs={runs} />
    </aside>
  )
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const tell = () => {
      setMatches(media.matches)
    }
    media.addEventListener('change', tell)
    return () => {
      media.removeEventListener('change', tell)
    }
  }, [query])
  return matches
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
