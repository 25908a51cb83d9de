import { useMemo } from 'preact/hooks'

import type { Controls } from '../model/controls'
import { densityColumn, withHeights, type DistributionColumn } from '../model/distributions'
import type { Held } from '../model/held'
import type { KernelMoments } from '../model/moments'
import type { Extent } from '../model/panel-axes'
import type { KernelSet } from '../model/rows'
import { useControls, useStore } from './context'
import { useSoon } from './use-soon'

/** The distributions of a row at the moments; new limits of height leave the densities as they are. */
export function useColumn(
  row: KernelSet,
  held: Held<KernelMoments>,
  moments: readonly number[],
  shape: Controls['shape'],
  shareX: Controls['shareX'],
  extents: readonly Extent[],
): DistributionColumn | null {
  const { momentAxis, momentRuns } = useStore()
  const [{ over, bins, xLimits, yLimits, clip }] = useControls()
  const axis = momentAxis.value
  const runs = momentRuns.value
  const densities = useSoon(() => {
    const options = { over, shape, bins, shareX, xLimits }
    return densityColumn(row, runs, held, axis, moments, options, extents)
  }, [
    ...[row, held.get(row.item), runs, axis, moments, extents],
    ...[over, shape, bins, shareX, xLimits],
  ])
  return useMemo(
    () => densities && withHeights(densities, { yLimits, clip }),
    [densities, yLimits, clip],
  )
}
