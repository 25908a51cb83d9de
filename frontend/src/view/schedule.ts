// Longer frames are felt as stutter when scrolling.
const FRAME_MS = 18
// Filling the pixels takes as long again or several times as long; how long is not known before.
const FIRST_SLICE_MS = 6
const MAX_SLICE_MS = 10

const waiting = new Map<object, () => void>()
let requested = false
let sliceMs = FIRST_SLICE_MS
let lastFrame = Infinity

/** Draws soon, in a slice of some frame; a newer drawing for the same owner replaces this one. */
export function scheduleDrawing(owner: object, draw: () => void): void {
  waiting.set(owner, draw)
  if (requested) return
  requested = true
  sliceMs = FIRST_SLICE_MS
  lastFrame = Infinity
  requestAnimationFrame(drawSlice)
}

export function cancelDrawing(owner: object): void {
  waiting.delete(owner)
}

export function drawingsWaiting(): boolean {
  return waiting.size > 0
}

function drawSlice(frame: number): void {
  const taken = frame - lastFrame
  if (taken > 0) sliceMs *= taken > FRAME_MS ? 0.6 : 1.3
  sliceMs = Math.min(sliceMs, MAX_SLICE_MS)
  lastFrame = frame
  const end = performance.now() + sliceMs
  for (const [owner, draw] of waiting) {
    waiting.delete(owner)
    draw()
    if (performance.now() >= end) break
  }
  requested = waiting.size > 0
  if (requested) requestAnimationFrame(drawSlice)
}
