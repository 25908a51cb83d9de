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

/** Does it soon, in a slice of some frame; newer work for the same owner replaces this one. */
export function scheduleWork(owner: object, work: () => void): void {
  waiting.set(owner, work)
  if (requested) return
  requested = true
  lastBegan = Infinity
  requestAnimationFrame(workSlice)
}

export function cancelWork(owner: object): void {
  waiting.delete(owner)
}

export function isWorkWaiting(): boolean {
  return waiting.size > 0
}

function workSlice(): void {
  // The time that the browser passes is that of the screen: it hides by how much a frame is late.
  const began = performance.now()
  const taken = began - lastBegan
  if (taken > 0) {
    const next = sliceMs * (taken > FRAME_MS ? AIM_MS / taken : GROWTH)
    sliceMs = Math.min(MAX_SLICE_MS, Math.max(MIN_SLICE_MS, next))
  }
  lastBegan = began
  const end = began + sliceMs
  for (const [owner, work] of waiting) {
    waiting.delete(owner)
    work()
    if (performance.now() >= end) break
  }
  requested = waiting.size > 0
  if (requested) requestAnimationFrame(workSlice)
}
