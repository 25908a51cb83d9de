import type { ComponentChildren, JSX } from 'preact'

import { BY_NAME, withSort } from '../model/controls'
import { formatBrief } from '../model/format'
import { useControls, useStore } from './context'
import { RunSwatch } from './run-swatch'

/** The names of the columns, by which the rows can be sorted. */
export function HeatHead({ sort }: { readonly sort: string | null }): JSX.Element {
  const { runStyles, shownRuns } = useStore()
  return (
    <thead>
      <tr>
        <SortHeader by={BY_NAME} sort={sort} title="By name, or as in the model">
          <span class="name">Kernel</span>
        </SortHeader>
        <th scope="col">Trend</th>
        {shownRuns.value.map(({ id, name, decay, label }) => (
          <SortHeader key={id} by={id} sort={sort} title={`${name}\nweight decay: ${label}`}>
            <RunSwatch style={runStyles.value.get(id)} />
            <span class="name">{name}</span>
            <small>{decay > 0 ? formatBrief(decay) : 'no decay'}</small>
          </SortHeader>
        ))}
      </tr>
    </thead>
  )
}

interface SortProps {
  readonly by: string
  readonly sort: string | null
  readonly title: string
  readonly children: ComponentChildren
}

function SortHeader({ by, sort, title, children }: SortProps): JSX.Element {
  const { controls } = useStore()
  const [{ sortAscending }] = useControls()
  const sorted = sort === by
  return (
    <th scope="col" aria-sort={sorted ? (sortAscending ? 'ascending' : 'descending') : undefined}>
      <div class="fit">
        <button
          type="button"
          title={`${title}\nSort`}
          onClick={() => {
            controls.value = withSort(controls.value, by)
          }}
        >
          {children}
          {sorted && <span aria-hidden="true">{sortAscending ? '▲' : '▼'}</span>}
        </button>
      </div>
    </th>
  )
}
