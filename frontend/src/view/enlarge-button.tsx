import type { JSX } from 'preact'

import type { KernelSet } from '../model/rows'
import { useStore } from './context'
import { IconButton } from './fields'
import { Icon } from './icons'

/** Shows a row over everything else. */
export function EnlargeButton({ row }: { readonly row: KernelSet }): JSX.Element {
  const { controls } = useStore()
  return (
    <IconButton
      label={`Show ${row.name} large`}
      onClick={() => {
        controls.value = { ...controls.peek(), large: row.key }
      }}
    >
      <Icon name="enlarge" />
    </IconButton>
  )
}
