import { isCut, type DistributionColumn, type DistributionPanel } from '../model/distributions'
import type { Spread } from '../model/moments'

/** One panel of the grid, or one ridge. */
export interface DrawnPanel extends DrawnMoment {
  readonly view: 'distributions'
  readonly kernel: string
  readonly axis: string
  readonly over: string
  readonly shape: string
}

/** Ridges on one canvas, of a column of the grid or of one run that is shown large. */
export interface DrawnRidges extends Omit<DrawnPanel, keyof DrawnMoment> {
  readonly large: boolean
  readonly ridges: readonly DrawnMoment[]
}

interface DrawnMoment {
  /** The moment, counted from the top. */
  readonly row: number
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly runs: readonly DrawnDistribution[]
}

/** Over batches there are two for each run. */
interface DrawnDistribution {
  readonly run: string
  readonly of: Spread
  readonly place: number
  readonly mean: number
  readonly max: number
  readonly nFrames: number | null
  readonly edges: readonly number[]
  readonly density: readonly number[]
  readonly isCut: boolean
}

export function describePanel(
  column: DistributionColumn,
  panel: DistributionPanel,
  row: number,
): DrawnPanel {
  return { ...head(column), ...moment(panel, row) }
}

export function describeRidges(column: DistributionColumn, large: boolean): DrawnRidges {
  return { ...head(column), large, ridges: column.panels.map(moment) }
}

function head({ row, axis, over, shape }: DistributionColumn) {
  return { view: 'distributions', kernel: row.name, axis, over, shape } as const
}

function moment(panel: DistributionPanel, row: number): DrawnMoment {
  const { x, y, runs } = panel
  return {
    row,
    x,
    y,
    runs: runs.flatMap(({ run, spreads, ...values }) =>
      spreads.map((spread) => ({
        run: run.name,
        ...values,
        of: spread.of,
        edges: [...spread.edges],
        density: [...spread.density],
        isCut: isCut(spread, panel),
      })),
    ),
  }
}
