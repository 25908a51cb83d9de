import { useComputed } from '@preact/signals'
import type { ComponentChildren, JSX, Ref } from 'preact'

import type { KernelSet } from '../model/rows'
import { useStore } from './context'
import { EnlargeButton } from './enlarge-button'
import { KernelHeading } from './kernel-heading'
import { PinButton } from './pin-button'
import { RowTakeAway } from './take-away'

interface Props {
  readonly row: KernelSet
  readonly children: ComponentChildren
  readonly box?: Ref<HTMLElement>
  /** Buttons of the view beside those that all cards have. */
  readonly actions?: ComponentChildren
}

/** A chart of one row with its heading, and buttons to take it away, to pin it and to enlarge it. */
export function Card({ row, children, box, actions }: Props): JSX.Element {
  const { controls } = useStore()
  const isPinned = useComputed(() => controls.value.pinned.has(row.key)).value
  return (
    <article class={`card${isPinned ? ' pinned' : ''}`} ref={box ?? null} data-picture>
      <header>
        <KernelHeading row={row} />
        <div class="actions">
          {actions}
          <RowTakeAway row={row} />
          <PinButton row={row} />
          <EnlargeButton row={row} />
        </div>
      </header>
      {children}
    </article>
  )
}
