import type { VerdictName } from '../model/findings'
import { firstBroken, type TrendChart } from '../model/trends'
import type { DrawnPanel, DrawnRidges } from './drawn-distributions'
import { isWorkWaiting } from './schedule'

/** A chart as it is drawn, in data units: kernels by path or group, runs by name. */
export type DrawnChart = DrawnTrend | DrawnPanel | DrawnRidges | DrawnHeatRow | DrawnSweep

export interface DrawnHeatRow {
  readonly view: 'overview'
  readonly kernel: string
  readonly measure: string
  readonly cells: readonly {
    readonly run: string
    readonly value: number
    readonly text: string
    readonly colour: string | null
    readonly verdict: VerdictName | null
  }[]
  readonly trend: readonly {
    readonly run: string
    readonly x: readonly number[]
    readonly y: readonly number[]
  }[]
}

export interface DrawnSweep {
  readonly view: 'sweep'
  readonly kernel: string
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly target: readonly [number, number] | null
  readonly curves: readonly {
    readonly kind: string
    readonly decays: readonly number[]
    readonly means: readonly number[]
    /** The decay that is marked; NaN for none. */
    readonly targetDecay: number
  }[]
  readonly runs: readonly {
    readonly run: string
    readonly decay: number
    readonly kind: string
    readonly mean: number
    readonly low: number
    readonly median: number
    readonly high: number
    readonly max: number
  }[]
}

export interface DrawnTrend {
  readonly view: 'trends'
  readonly kernel: string
  readonly axis: string
  readonly statistic: string
  readonly relation: string
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly yKind: string
  readonly reference: readonly [number, number] | null
  readonly runs: readonly {
    readonly run: string
    readonly x: readonly number[]
    readonly raw: readonly number[]
    readonly main: readonly number[]
    readonly max: readonly number[]
    readonly low: readonly number[]
    readonly high: readonly number[]
    /** Where channels stop being finite; null where they do not. */
    readonly brokenAt: number | null
  }[]
}

const drawn = new Map<object, () => DrawnChart>()

/** Every chart whose canvas holds a drawing now. */
export function drawnCharts(): readonly DrawnChart[] {
  return [...drawn.values()].map((describe) => describe())
}

/** Whether a chart on the screen is still without its drawing. */
export function isDrawing(): boolean {
  return isWorkWaiting() || document.querySelector('[aria-busy="true"]') !== null
}

/** Whether the view says why there are no charts. */
export function isExplaining(): boolean {
  return document.querySelector('#view .notice') !== null
}

export function markDrawn(canvas: object, describe: () => DrawnChart): void {
  drawn.set(canvas, describe)
}

export function markErased(canvas: object): void {
  drawn.delete(canvas)
}

export function describeTrend(chart: TrendChart): DrawnTrend {
  const { row, curves, ...shown } = chart
  return {
    view: 'trends',
    kernel: row.name,
    ...shown,
    runs: curves.map((curve) => ({
      run: curve.curve.name,
      x: [...curve.x],
      raw: [...curve.raw],
      main: [...curve.main],
      max: [...curve.max],
      low: [...curve.low],
      high: [...curve.high],
      brokenAt: curve.x[firstBroken(curve)] ?? null,
    })),
  }
}
