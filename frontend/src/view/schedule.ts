// Longer frames are felt as stutter when scrolling.
const FRAME_MS = 18
const AIM_MS = 16
const GROWTH = 1.15
// Filling the pixels takes as long again or several times as long, which frames before tell.
const FIRST_SLICE_MS = 6
const MIN_SLICE_MS = 3
const MAX_SLICE_MS = 12

const waiting = new Map<object, () => void>()
let requested = false
let sliceMs = FIRST_SLICE_MS
let lastBegan = Infinity

/** Draws soon, in a slice of some frame; a newer drawing for the same owner replaces this one. */
export function scheduleDrawing(owner: object, draw: () => void): void {
  waiting.set(owner, draw)
  if (requested) return
  requested = true
  lastBegan = Infinity
  requestAnimationFrame(drawSlice)
}

export function cancelDrawing(owner: object): void {
  waiting.delete(owner)
}

export function drawingsWaiting(): boolean {
  return waiting.size > 0
}

function drawSlice(): void {
  // The time that the browser passes is that of the screen: it hides by how much a frame is late.
  const began = performance.now()
  const taken = began - lastBegan
  if (taken > 0) {
    const next = sliceMs * (taken > FRAME_MS ? AIM_MS / taken : GROWTH)
    sliceMs = Math.min(MAX_SLICE_MS, Math.max(MIN_SLICE_MS, next))
  }
  lastBegan = began
  const end = began + sliceMs
  for (const [owner, draw] of waiting) {
    waiting.delete(owner)
    draw()
    if (performance.now() >= end) break
  }
  requested = waiting.size > 0
  if (requested) requestAnimationFrame(drawSlice)
}
