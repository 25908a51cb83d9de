import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import { markDrawn, markErased, type DrawnChart } from './drawn'
import { cancelDrawing, scheduleDrawing } from './schedule'

export interface Drawing {
  draw(context: CanvasRenderingContext2D, width: number, height: number): void
  /** What the test hook tells of it; null for what is no chart of its own, such as an axis. */
  describe: (() => DrawnChart) | null
}

const drawings = new WeakMap<HTMLCanvasElement, Drawing>()
const callbacks = new Map<Element, () => void>()
const resizes = new ResizeObserver((entries) => {
  for (const { target } of entries) callbacks.get(target)?.()
})

/** A canvas that fills its parent and is drawn anew, sharply, when the drawing or its size changes. */
export function Plot({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    const schedule = () => {
      scheduleDrawing(canvas, () => {
        paint(canvas, drawing)
      })
    }
    drawings.set(canvas, drawing)
    callbacks.set(canvas, schedule)
    resizes.observe(canvas)
    schedule()
    return () => {
      resizes.unobserve(canvas)
      callbacks.delete(canvas)
      cancelDrawing(canvas)
      markErased(canvas)
    }
  }, [drawing])
  return <canvas ref={ref} class="plot" aria-hidden="true" />
}

function paint(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const width = canvas.clientWidth
  const height = canvas.clientHeight
  const context = canvas.getContext('2d')
  if (context === null || width === 0 || height === 0) return
  const scale = devicePixelRatio
  const pixelWidth = Math.round(width * scale)
  const pixelHeight = Math.round(height * scale)
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.save()
  drawing.draw(context, width, height)
  context.restore()
  if (drawing.describe !== null) markDrawn(canvas, drawing.describe)
}

/** Draws what a canvas of `Plot` shows on another one, in CSS pixels. */
export function redraw(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  drawings.get(canvas)?.draw(context, canvas.clientWidth, canvas.clientHeight)
}
