import type { Curve } from '../model/curves'
import { palette, type Palette } from '../model/palette'
import type { Store } from '../store'
import { CHART_FONT } from './axes-drawing'
import { redraw } from './plot'

// What browsers can hold in one canvas, with some reserve.
const MAX_SIDE = 16_000
const MAX_AREA = 2 ** 27
const SHARPNESS = 2
const MARGIN = 12
const LEGEND = { row: 20, swatch: 22, gap: 18, indent: 6 }

/** Something to be drawn, in CSS pixels of the window. */
interface Part {
  /** What the picture must have room for; null if it shows nothing by itself. */
  readonly rect: DOMRect | null
  readonly paint: (context: CanvasRenderingContext2D) => void
}

/**
 * A PNG of an element as it is shown: texts, backgrounds, charts and symbols, without its buttons,
 * and below it which line is which run. Charts are drawn anew, twice as sharp as on the screen.
 */
export async function picture(element: Element, store: Store): Promise<Blob> {
  if (element.querySelector('[aria-busy="true"]') !== null) {
    throw new Error(store.trouble.value?.sentence ?? 'The charts are still being fetched.')
  }
  const colours = palette(store.theme.value)
  const parts: Part[] = []
  // A style may show what is seen only in the picture.
  element.classList.add('pictured')
  await collect(element, parts).finally(() => {
    element.classList.remove('pictured')
  })
  const rects = parts.flatMap(({ rect }) => rect ?? [])
  const left = Math.min(...rects.map((rect) => rect.left)) - MARGIN
  const top = Math.min(...rects.map((rect) => rect.top)) - MARGIN
  const width = Math.max(...rects.map((rect) => rect.right)) + MARGIN - left
  const bottom = Math.max(...rects.map((rect) => rect.bottom)) + MARGIN - top
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no canvas to draw the picture on.')
  // Heat-map, findings and large cards name the runs themselves.
  const curves = element.querySelector('.swatch') === null ? store.curves.value : []
  const legend = legendOf(curves, store, context, width, colours)
  const height = bottom + legend.height
  const scale = Math.min(
    Math.max(SHARPNESS, devicePixelRatio),
    MAX_SIDE / Math.max(width, height),
    Math.sqrt(MAX_AREA / (width * height)),
  )
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  context.scale(scale, scale)
  context.fillStyle = colours.background
  context.fillRect(0, 0, width, height)
  context.save()
  context.translate(-left, -top)
  for (const { paint } of parts) {
    context.save()
    paint(context)
    context.restore()
  }
  context.restore()
  context.translate(0, bottom)
  legend.paint()
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture is too large for this browser.'))
      else resolve(blob)
    })
  })
}

/** Everything visible below the node, in the order in which it lies on each other. */
async function collect(node: Node, parts: Part[]): Promise<void> {
  if (node instanceof Text) {
    parts.push(...words(node))
  } else if (node instanceof HTMLCanvasElement) {
    const rect = node.getBoundingClientRect()
    parts.push({
      rect,
      paint(context) {
        context.translate(rect.left, rect.top)
        redraw(node, context)
      },
    })
  } else if (node instanceof SVGSVGElement) {
    parts.push(await symbol(node))
  } else if (node instanceof Element) {
    if (!isPictured(node)) return
    parts.push(box(node))
    for (const child of node.childNodes) await collect(child, parts)
  }
}

function isPictured(element: Element): boolean {
  const aside = element.matches('.icon, input, select, .hidden, [role=tooltip], [popover]')
  return !aside && element.checkVisibility({ visibilityProperty: true })
}

/** Background and border. */
function box(element: Element): Part {
  const rect = element.getBoundingClientRect()
  const style = getComputedStyle(element)
  const { left, top, right, bottom, width, height } = rect
  const isSeen = style.backgroundColor !== 'rgba(0, 0, 0, 0)' || style.borderStyle !== 'none'
  return {
    rect: isSeen ? rect : null,
    paint(context) {
      context.fillStyle = style.backgroundColor
      context.fillRect(left, top, width, height)
      const sides = [
        ['Top', left, top, width, 1],
        ['Bottom', left, bottom - 1, width, 1],
        ['Left', left, top, 1, height],
        ['Right', right - 1, top, 1, height],
      ] as const
      for (const [side, x, y, w, h] of sides) {
        if (parseFloat(style[`border${side}Width`]) === 0) continue
        context.fillStyle = style[`border${side}Color`]
        context.fillRect(x, y, w, h)
      }
    },
  }
}

/** Each word by itself, for a text may go on in the next line. */
function words(text: Text): readonly Part[] {
  const parent = text.parentElement
  if (parent === null) return []
  const style = getComputedStyle(parent)
  const frame = style.overflowX === 'visible' ? null : parent.getBoundingClientRect()
  return [...text.data.matchAll(/\S+/g)].flatMap(({ 0: word, index }): Part[] => {
    const range = document.createRange()
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    const rect = range.getBoundingClientRect()
    if (rect.width === 0 || (frame !== null && rect.left >= frame.right)) return []
    return [
      {
        rect: frame === null ? rect : new DOMRect(rect.left, rect.top, 0, rect.height),
        paint(context) {
          if (frame !== null) {
            context.beginPath()
            context.rect(frame.left, frame.top, frame.width, frame.height)
            context.clip()
          }
          context.font = style.font
          context.fillStyle = style.color
          context.textBaseline = 'middle'
          context.fillText(word, rect.left, rect.top + rect.height / 2)
        },
      },
    ]
  })
}

async function symbol(svg: SVGSVGElement): Promise<Part> {
  const rect = svg.getBoundingClientRect()
  const copy = svg.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.color = getComputedStyle(svg).color
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`
  await image.decode()
  return {
    rect,
    paint(context) {
      context.drawImage(image, rect.left, rect.top, rect.width, rect.height)
    },
  }
}

/** Which line is which run. */
function legendOf(
  curves: readonly Curve[],
  { runStyles }: Store,
  context: CanvasRenderingContext2D,
  width: number,
  colours: Palette,
): { readonly height: number; readonly paint: () => void } {
  context.font = CHART_FONT
  let [x, row] = [MARGIN, 0]
  const entries = curves.map(({ id, name }) => {
    const size = LEGEND.swatch + LEGEND.indent + context.measureText(name).width
    if (x > MARGIN && x + size > width - MARGIN) [x, row] = [MARGIN, row + 1]
    const entry = { id, name, x, y: (row + 0.5) * LEGEND.row }
    x += size + LEGEND.gap
    return entry
  })
  const paint = () => {
    context.font = CHART_FONT
    context.textBaseline = 'middle'
    context.lineWidth = 3
    for (const { id, name, x, y } of entries) {
      const style = runStyles.value.get(id)
      context.strokeStyle = style?.colour ?? ''
      context.setLineDash([...(style?.dash ?? [])])
      context.beginPath()
      context.moveTo(x, y)
      context.lineTo(x + LEGEND.swatch, y)
      context.stroke()
      context.fillStyle = colours.text
      context.fillText(name, x + LEGEND.swatch + LEGEND.indent, y)
    }
  }
  return { height: curves.length === 0 ? 0 : (row + 1) * LEGEND.row + MARGIN, paint }
}
