import type { JSX } from 'preact'

import { count, formatShape } from '../model/format'
import type { KernelInfo } from '../model/overview'

interface Props {
  readonly kernel: KernelInfo
  /** Says less where columns are narrow; the rest is in the title. */
  readonly brief?: boolean
}

/** What a kernel is: its path, and below it layer class, shape, channels and group. */
export function KernelHeading({ kernel, brief = false }: Props): JSX.Element {
  const channels = count(kernel.n_channels, 'channel')
  const group = kernel.group && `group ${kernel.group}`
  const known = [kernel.layer_class, formatShape(kernel.shape), channels, group].filter(Boolean)
  const facts = known.join(' · ')
  return (
    <div class="kernel-heading">
      <h3 title={kernel.path}>{kernel.path}</h3>
      <p title={facts}>{brief ? channels : facts}</p>
    </div>
  )
}
