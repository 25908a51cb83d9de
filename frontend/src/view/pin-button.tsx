import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'

import { withPinToggled } from '../model/controls'
import type { KernelSet } from '../model/rows'
import { useStore } from './context'
import { IconButton } from './fields'
import { Icon } from './icons'

/** Keeps a row before all others. */
export function PinButton({ row }: { readonly row: KernelSet }): JSX.Element {
  const { controls } = useStore()
  const isPinned = useComputed(() => controls.value.pinned.has(row.key)).value
  return (
    <IconButton
      label={isPinned ? `Unpin ${row.name}` : `Pin ${row.name} to the top`}
      pressed={isPinned}
      onClick={() => {
        controls.value = withPinToggled(controls.value, row.key)
      }}
    >
      <Icon name="pin" filled={isPinned} />
    </IconButton>
  )
}
