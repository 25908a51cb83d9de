// Longer work in one frame is felt as stutter when scrolling.
const SLICE_MS = 4

const waiting = new Map<object, () => void>()
let requested = false

/** Draws soon, in a slice of some frame; a newer drawing for the same owner replaces this one. */
export function scheduleDrawing(owner: object, draw: () => void): void {
  waiting.set(owner, draw)
  if (requested) return
  requested = true
  requestAnimationFrame(drawSlice)
}

export function cancelDrawing(owner: object): void {
  waiting.delete(owner)
}

export function drawingsWaiting(): boolean {
  return waiting.size > 0
}

function drawSlice(): void {
  const end = performance.now() + SLICE_MS
  for (const [owner, draw] of waiting) {
    waiting.delete(owner)
    draw()
    if (performance.now() >= end) break
  }
  requested = waiting.size > 0
  if (requested) requestAnimationFrame(drawSlice)
}
