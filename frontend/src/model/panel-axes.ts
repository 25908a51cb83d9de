import type { Controls, Sharing } from './controls'
import type { Interval } from './extent'
import type { KernelMoments } from './moments'

/** The smallest and largest norm; null where nothing is finite. */
export type Extent = Interval | null

/** The extents of norms at each moment. Quantiles rise, so the outer ones suffice. */
export function momentExtents(
  found: Iterable<{ readonly moments: KernelMoments }>,
  nMoments: number,
): readonly Extent[] {
  const extents = Array.from({ length: nMoments }, (): Extent => null)
  for (const { moments } of found) {
    for (const { edges } of moments.spreads) {
      for (const [i, extent] of extents.entries()) {
        const low = edges[i]?.[0] ?? NaN
        const high = edges[i]?.at(-1) ?? NaN
        if (Number.isFinite(low) && Number.isFinite(high)) extents[i] = around(extent, [low, high])
      }
    }
  }
  return extents
}

function around(a: Extent, b: Extent): Extent {
  if (a === null || b === null) return a ?? b
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

/** How panels share their axis: ridges lie on one, so theirs is that of a column or of all. */
export function sharingInForce({ shape, shareX }: Pick<Controls, 'shape' | 'shareX'>): Sharing {
  if (shape !== 'ridgeline') return shareX
  return shareX === 'row' || shareX === 'all' ? 'all' : 'column'
}

/** The extent of each panel's axis; the same object for panels that share it. */
export function sharedExtents(
  found: Iterable<{ readonly moments: KernelMoments }>,
  nMoments: number,
  options: Pick<Controls, 'shape' | 'shareX'>,
  ofRows: readonly Extent[],
): readonly Extent[] {
  const sharing = sharingInForce(options)
  const extents = sharing === 'row' || sharing === 'all' ? ofRows : momentExtents(found, nMoments)
  if (sharing === 'row' || sharing === 'none') return extents.map((extent) => extent && [...extent])
  const whole = extents.reduce(around, null)
  return Array.from({ length: nMoments }, () => whole)
}
