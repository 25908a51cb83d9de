import type { Controls, Relation, Statistic } from './controls'
import { BAND_SHARE, hasBand } from './series'
import type { TrendChart } from './trends'

const STATISTICS: Readonly<Record<Statistic, string>> = {
  mean: 'mean of the channel norms',
  max: 'largest channel norm',
  median: 'median of the channel norms',
  total: 'norm of the whole kernel',
  std: 'standard deviation of the channel norms',
}

const RELATIVE_TITLES: Readonly<Record<Exclude<Relation, 'none'>, string>> = {
  start: 'relative to the start',
  baseline: 'relative to the baseline',
  target: 'distance from the target range',
}

/** What the y axis shows. */
export function valueTitle(statistic: Statistic, relation: Relation): string {
  if (relation !== 'none') return RELATIVE_TITLES[relation]
  if (statistic === 'std') return 'standard deviation'
  return statistic === 'total' ? 'norm' : 'channel norm'
}

/** What a sentence says is shown: `mean`, `median relative to the start`. */
export function valueName(statistic: Statistic, relation: Relation): string {
  if (relation === 'none') return statistic
  return relation === 'target'
    ? `distance of the ${statistic} from the target range`
    : `${statistic} ${RELATIVE_TITLES[relation]}`
}

export type Mark = 'main' | 'raw' | 'max' | 'band' | 'reference' | 'broken'

export interface LegendEntry {
  readonly mark: Mark
  readonly says: string
}

/** What is drawn in the charts of Trends. */
export function trendLegend(
  controls: Pick<Controls, 'statistic' | 'band' | 'relation' | 'smoothing' | 'seeds'>,
  has: { readonly target: boolean; readonly broken: boolean },
): readonly LegendEntry[] {
  const { statistic, band, relation, smoothing, seeds } = controls
  const found: LegendEntry[] = []
  const add = (mark: Mark, says: string) => found.push({ mark, says })
  const name = STATISTICS[statistic]
  add('main', smoothing > 0 ? `${name}, smoothed` : name)
  if (smoothing > 0) add('raw', 'as logged')
  if (statistic === 'mean') add('max', 'largest')
  if (seeds === 'merge') add('band', 'from the least to the greatest of the seeds')
  else if (band !== 'none' && hasBand(controls)) {
    const channels =
      band === 'minmax'
        ? 'from the least to the largest channel'
        : `middle ${BAND_SHARE * 100} % of the channels`
    add('band', channels)
  }
  if (relation === 'start') add('reference', 'as at the start')
  else if (relation === 'baseline') add('reference', 'as the baseline')
  else if (has.target && statistic !== 'total' && statistic !== 'std') add('reference', 'target')
  if (has.broken) add('broken', 'from here on some channels are NaN or infinite')
  return found
}

/** Why a chart has nothing to show. */
export function emptyReason({
  row,
  statistic,
  relation,
}: Pick<TrendChart, 'row' | 'statistic' | 'relation'>): string {
  if (relation !== 'target') return 'No finite values'
  if (row.target === null) return 'No target is known'
  return statistic === 'total' || statistic === 'std'
    ? 'Targets are for norms of channels'
    : 'No finite values'
}
