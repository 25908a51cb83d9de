import type { DistributionColumn, DistributionPanel } from '../model/distributions'
import type { TrendChart } from '../model/trends'
import { drawingsWaiting } from './schedule'

/** A chart as it is drawn, in data units: kernels by path or group, runs by name. */
export type DrawnChart = DrawnTrend | DrawnPanel

export interface DrawnTrend {
  readonly view: 'trends'
  readonly kernel: string
  readonly axis: string
  readonly statistic: string
  readonly runs: readonly {
    readonly run: string
    readonly x: readonly number[]
    readonly main: readonly number[]
    readonly max: readonly number[]
    readonly low: readonly number[]
    readonly high: readonly number[]
  }[]
}

export interface DrawnPanel {
  readonly view: 'distributions'
  readonly kernel: string
  readonly axis: string
  /** The row, counted from the top. */
  readonly row: number
  readonly x: readonly [number, number]
  readonly runs: readonly {
    readonly run: string
    readonly place: number
    readonly mean: number
    readonly max: number
    readonly edges: readonly number[]
    readonly density: readonly number[]
  }[]
}

const drawn = new Map<object, () => DrawnChart>()

/** Every chart whose canvas holds a drawing now. */
export function drawnCharts(): readonly DrawnChart[] {
  return [...drawn.values()].map((describe) => describe())
}

/** Whether a chart on the screen is still without its drawing. */
export function isDrawing(): boolean {
  return drawingsWaiting() || document.querySelector('[aria-busy="true"]') !== null
}

export function markDrawn(canvas: object, describe: () => DrawnChart): void {
  drawn.set(canvas, describe)
}

export function markErased(canvas: object): void {
  drawn.delete(canvas)
}

export function describeTrend(chart: TrendChart, statistic: string): DrawnTrend {
  return {
    view: 'trends',
    kernel: chart.row.name,
    axis: chart.axis,
    statistic,
    runs: chart.curves.map(({ curve, x, main, max, low, high }) => ({
      run: curve.name,
      x: [...x],
      main: [...main],
      max: [...max],
      low: [...low],
      high: [...high],
    })),
  }
}

export function describePanel(
  { row: { name }, axis, x }: DistributionColumn,
  row: number,
  panel: DistributionPanel,
): DrawnPanel {
  return {
    view: 'distributions',
    kernel: name,
    axis,
    row,
    x,
    runs: panel.runs.map(({ run, place, mean, max, edges, density }) => ({
      run: run.name,
      place,
      mean,
      max,
      edges: [...edges],
      density: [...density],
    })),
  }
}
