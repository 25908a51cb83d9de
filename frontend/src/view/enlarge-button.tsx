import type { JSX } from 'preact'

import type { KernelSet } from '../model/rows'
import { useControls } from './context'
import { IconButton } from './fields'
import { Icon } from './icons'

/** Shows a row over everything else. */
export function EnlargeButton({ row }: { readonly row: KernelSet }): JSX.Element {
  const [, set] = useControls()
  return (
    <IconButton
      label={`Show ${row.name} large`}
      onClick={() => {
        set({ large: row.key })
      }}
    >
      <Icon name="enlarge" />
    </IconButton>
  )
}
