import type { ComponentType } from 'preact'

import type { View } from '../model/controls'
import type { KernelSet } from '../model/rows'
import { DistributionsControls } from './distributions-controls'
import { DistributionsView } from './distributions-view'
import { lazy } from './lazy'
import { OverviewControls } from './overview-controls'
import { OverviewView } from './overview-view'
import { TrendsControls } from './trends-controls'
import { TrendsView } from './trends-view'

interface ViewParts {
  readonly title: string
  /** What it shows; at least one run and one row are to be shown. */
  readonly Content: ComponentType
  /** What it adds to the controls that all views share. */
  readonly Controls?: ComponentType
  /** One row that was enlarged; without it, the view has no large cards. */
  readonly Large?: ComponentType<{ readonly row: KernelSet }>
}

/** The views in the order of their tabs. */
export const VIEW_PARTS: Readonly<Record<View, ViewParts>> = {
  overview: { title: 'Overview', Content: OverviewView, Controls: OverviewControls },
  trends: {
    title: 'Trends',
    Content: TrendsView,
    Controls: TrendsControls,
    Large: lazy(async () => (await import('./later')).TrendLarge),
  },
  distributions: {
    title: 'Distributions',
    Content: DistributionsView,
    Controls: DistributionsControls,
    Large: lazy(async () => (await import('./later')).DistributionsLarge),
  },
  sweep: {
    title: 'Sweep',
    Content: lazy(async () => (await import('./later')).SweepView),
    Large: lazy(async () => (await import('./later')).SweepLarge),
  },
  findings: {
    title: 'Findings',
    Content: lazy(async () => (await import('./later')).FindingsView),
  },
}
