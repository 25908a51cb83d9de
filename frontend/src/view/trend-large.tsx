import type { JSX } from 'preact'

import type { KernelSet } from '../model/rows'
import { useStore } from './context'
import { RunNames } from './run-names'
import { TrendFigure } from './trend-card'
import { TrendsLegend } from './trends-view'

/** One row's Trends chart with all that explains it. */
export function TrendLarge({ row }: { readonly row: KernelSet }): JSX.Element {
  return (
    <>
      <TrendsLegend rows={[row]} />
      <RunNames runs={useStore().curves.value} />
      <TrendFigure row={row} />
    </>
  )
}
