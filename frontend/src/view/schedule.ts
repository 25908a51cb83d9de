// What takes longer makes the next frame late, which is felt as stutter when scrolling.
const AIM_MS = 16
// Filling the pixels takes as long again or several times as long, which frames before tell.
const FIRST_SLICE_MS = 5
const MIN_SLICE_MS = 3
const MAX_SLICE_MS = 12

const waiting = new Map<object, () => void>()
let requested = false
let sliceMs = FIRST_SLICE_MS
let began = 0
let workedMs = 0

// A message that is sent while a frame is made comes when it is: before the screen shows it.
const frameMade = new MessageChannel()
frameMade.port1.onmessage = adapt

/** Does it soon, in a slice of some frame; newer work for the same owner replaces this one. */
export function scheduleWork(owner: object, work: () => void): void {
  waiting.set(owner, work)
  if (requested) return
  requested = true
  requestAnimationFrame(workSlice)
}

export function cancelWork(owner: object): void {
  waiting.delete(owner)
}

export function isWorkWaiting(): boolean {
  return waiting.size > 0
}

function workSlice(): void {
  // The next frame can begin before the message comes.
  adapt()
  began = performance.now()
  const end = began + sliceMs
  for (const [owner, work] of waiting) {
    waiting.delete(owner)
    work()
    if (performance.now() >= end) break
  }
  requested = waiting.size > 0
  if (!requested) return
  workedMs = performance.now() - began
  frameMade.port2.postMessage(null)
  requestAnimationFrame(workSlice)
}

/** Goes half the way to the slice with which the frame would have taken as long as it may. */
function adapt(): void {
  if (workedMs === 0) return
  const wanted = (workedMs * AIM_MS) / (performance.now() - began)
  sliceMs = Math.min(MAX_SLICE_MS, Math.max(MIN_SLICE_MS, (sliceMs + wanted) / 2))
  workedMs = 0
}
