import type { JSX } from 'preact'

import type { KernelSet } from '../model/rows'
import { useStore } from './context'
import { RunNames } from './run-names'
import { SweepFigure } from './sweep-card'
import { SweepLegend } from './sweep-view'

/** One row's Sweep chart with all that explains it. */
export function SweepLarge({ row }: { readonly row: KernelSet }): JSX.Element {
  return (
    <>
      <SweepLegend rows={[row]} />
      <RunNames runs={useStore().shownRuns.value} />
      <SweepFigure row={row} />
    </>
  )
}
