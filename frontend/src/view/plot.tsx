import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import { markDrawn, markErased, type DrawnChart } from './drawn'
import { cancelWork, scheduleWork } from './schedule'

export interface Drawing {
  draw(context: CanvasRenderingContext2D, width: number, height: number): void
  /** What the test hook tells of it; null for what is no chart of its own, such as an axis. */
  describe: (() => DrawnChart) | null
}

/** In CSS pixels. */
type Size = Pick<DOMRectReadOnly, 'width' | 'height'>

const drawings = new WeakMap<Element, Drawing>()
// To ask elements for their size makes the browser lay the page out at once, each time.
const sizes = new WeakMap<Element, Size>()
const resizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const size = rounded(contentRect)
    sizes.set(target, size)
    if (target instanceof HTMLCanvasElement && !fits(target, size)) schedule(target)
  }
})

/** A canvas that fills its parent and is drawn anew, sharply, when the drawing or its size changes. */
export function Plot({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    drawings.set(canvas, drawing)
    schedule(canvas)
  }, [drawing])
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    resizes.observe(canvas)
    return () => {
      resizes.unobserve(canvas)
      cancelWork(canvas)
      markErased(canvas)
    }
  }, [])
  return <canvas ref={ref} class="plot" aria-hidden="true" />
}

function schedule(canvas: HTMLCanvasElement): void {
  scheduleWork(canvas, () => {
    const drawing = drawings.get(canvas)
    if (drawing !== undefined) paint(canvas, drawing)
  })
}

function paint(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const size = sizes.get(canvas) ?? rounded(canvas.getBoundingClientRect())
  const { width, height } = size
  const context = canvas.getContext('2d')
  if (context === null || width === 0 || height === 0) return
  const scale = devicePixelRatio
  if (!fits(canvas, size)) {
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
  }
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.save()
  drawing.draw(context, width, height)
  context.restore()
  if (drawing.describe !== null) markDrawn(canvas, drawing.describe)
}

/** Whether it has as many pixels as it takes on the screen; observers tell of the size it has, too. */
function fits(canvas: HTMLCanvasElement, { width, height }: Size): boolean {
  const scale = devicePixelRatio
  return canvas.width === Math.round(width * scale) && canvas.height === Math.round(height * scale)
}

function rounded({ width, height }: Size): Size {
  return { width: Math.round(width), height: Math.round(height) }
}

/** Draws what a canvas of `Plot` shows on another one, in CSS pixels. */
export function redraw(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  drawings.get(canvas)?.draw(context, canvas.clientWidth, canvas.clientHeight)
}
