import type { JSX } from 'preact'

import { count, formatShape } from '../model/format'
import type { KernelInfo } from '../model/overview'

/** What a kernel is: its path, and below it layer class, shape, channels and group. */
export function KernelHeading({ kernel }: { readonly kernel: KernelInfo }): JSX.Element {
  const facts = [
    kernel.layer_class,
    formatShape(kernel.shape),
    count(kernel.n_channels, 'channel'),
    ...(kernel.group === '' ? [] : [`group ${kernel.group}`]),
  ].join(' · ')
  return (
    <div class="kernel-heading">
      <h3 title={kernel.path}>{kernel.path}</h3>
      <p title={facts}>{facts}</p>
    </div>
  )
}
