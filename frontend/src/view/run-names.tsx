import type { JSX } from 'preact'

import { useStore } from './context'
import { RunSwatch } from './run-swatch'

interface Props {
  readonly runs: readonly { readonly id: string; readonly name: string }[]
}

/** Which line is which run, where the list of runs is covered. */
export function RunNames({ runs }: Props): JSX.Element {
  const { runStyles } = useStore()
  return (
    <ul class="legend run-names" aria-label="Runs">
      {runs.map(({ id, name }) => (
        <li key={id} title={name}>
          <RunSwatch style={runStyles.value.get(id)} />
          {name}
        </li>
      ))}
    </ul>
  )
}
