import base from './base.css?inline'
import cards from './cards.css?inline'
import charts from './charts.css?inline'
import controls from './controls.css?inline'
import distributions from './distributions.css?inline'
import heatMap from './heat-map.css?inline'
import layout from './layout.css?inline'
import notices from './notices.css?inline'
import ridges from './ridges.css?inline'
import runs from './runs.css?inline'
import sweep from './sweep.css?inline'
import takeAway from './take-away.css?inline'
import toolbar from './toolbar.css?inline'
import tooltip from './tooltip.css?inline'
import trends from './trends.css?inline'

/** The page's style sheet: what is shared first, then each part. */
export const style = [
  ...[base, layout, toolbar, controls, runs, cards, charts, takeAway, tooltip, notices],
  ...[heatMap, trends, distributions, ridges, sweep],
].join('\n')
