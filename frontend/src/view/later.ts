/** What is fetched when it is first shown. */

export { DistributionsLarge } from './distributions-large'
export { FindingsView } from './findings-view'
export { SweepFigure } from './sweep-card'
export { SweepView } from './sweep-view'
