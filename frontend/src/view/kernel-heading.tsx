import type { JSX } from 'preact'

import { count, formatShape } from '../model/format'
import type { KernelSet } from '../model/rows'

interface Props {
  readonly row: KernelSet
  /** Says less where columns are narrow; the rest is in the title. */
  readonly brief?: boolean
}

/** What a row is: its name, and below it what is known of the kernel, or how many there are. */
export function KernelHeading({ row, brief = false }: Props): JSX.Element {
  const facts = known(row).join(' · ')
  const members = row.kernels.map(({ path }) => path).join('\n')
  return (
    <div class="kernel-heading">
      <h3 title={row.kernels.length === 1 ? row.name : `${row.name}\n${members}`}>{row.name}</h3>
      <p title={facts}>{brief ? count(row.nChannels, 'channel') : facts}</p>
    </div>
  )
}

function known({ kernels, nChannels }: KernelSet): readonly string[] {
  const channels = count(nChannels, 'channel')
  const [kernel] = kernels
  if (kernel === undefined || kernels.length > 1) return [count(kernels.length, 'kernel'), channels]
  const group = kernel.group && `group ${kernel.group}`
  return [kernel.layer_class, formatShape(kernel.shape), channels, group].filter(Boolean)
}
