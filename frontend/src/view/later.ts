/** What is fetched when it is first shown. */

export { DistributionsLarge } from './distributions-large'
export { FindingsView } from './findings-view'
export { NoData } from './no-data'
export { SweepLarge } from './sweep-large'
export { SweepView } from './sweep-view'
export { TrendLarge } from './trend-large'
