import { batch } from '@preact/signals'
import { createContext } from 'preact'
import { useContext, useEffect } from 'preact/hooks'

import type { Controls } from '../model/controls'
import type { Sources, Store } from '../store'

export interface Page {
  readonly store: Store
  /** Asks the server for what is new. */
  readonly reload: () => void
  /** A link to what is shown. */
  readonly address: () => string
}

export const PageContext = createContext<Page | null>(null)

export function usePage(): Page {
  const page = useContext(PageContext)
  if (page === null) throw new Error('usePage needs a PageContext above it.')
  return page
}

export function useStore(): Store {
  return usePage().store
}

/** The controls, and a function that changes some of them. */
export function useControls(): readonly [Controls, (change: Partial<Controls>) => void] {
  const { controls } = useStore()
  return [
    controls.value,
    (change) => {
      controls.value = { ...controls.peek(), ...change }
    },
  ]
}

/** Says while it is visible that the data of a row are wanted. */
export function useWanted(source: keyof Sources, item: string, visible: boolean): void {
  const wants = useStore().sources[source]
  useEffect(() => {
    return visible ? wants.add(item) : undefined
  }, [item, visible, wants])
}

/** Says that distances of all rows are wanted, while rows are ordered by them. */
export function useDistancesWanted(): void {
  const { controls, rows, sources } = useStore()
  const wanted = controls.value.order === 'target' && controls.value.view !== 'overview'
  // Rows that only change their order stay the same rows.
  const items = wanted
    ? rows.value
        .map(({ item }) => item)
        .toSorted()
        .join(',')
    : ''
  useEffect(() => {
    if (items === '') return
    const added = batch(() => items.split(',').map((item) => sources.distances.add(item)))
    return () => {
      batch(() => {
        for (const remove of added) remove()
      })
    }
  }, [items, sources])
}
