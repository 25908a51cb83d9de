import { beforeEach, describe, expect, it, vi } from 'vitest'

let { cancelWork, isWorkWaiting, scheduleWork } = await import('../../src/view/schedule')
let now = 0
let frames: FrameRequestCallback[] = []
const drawn: string[] = []

/** Lets a frame begin some milliseconds after the one before; returns what it has drawn. */
function frame(afterMs: number): readonly string[] {
  now = Math.max(now, lastFrame + afterMs)
  lastFrame = now
  drawn.length = 0
  for (const callback of frames.splice(0)) callback(now)
  return [...drawn]
}
let lastFrame = 0

function schedule(n: number, ms: number): void {
  for (let i = 0; i < n; i++) {
    const name = String(i)
    scheduleWork({}, () => {
      now += ms
      drawn.push(name)
    })
  }
}

beforeEach(async () => {
  // What it has learned of frames stays in the module.
  vi.resetModules()
  ;({ cancelWork, isWorkWaiting, scheduleWork } = await import('../../src/view/schedule'))
  frames = []
  vi.stubGlobal('performance', { now: () => now })
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
})

describe('scheduleWork', () => {
  it('draws in slices, in the order asked for', () => {
    schedule(5, 3)
    expect(frame(17)).toEqual(['0', '1'])
    expect(isWorkWaiting()).toBe(true)
    while (isWorkWaiting()) frame(17)
    expect(drawn.at(-1)).toBe('4')
  })

  it('draws more in a slice while frames are short, and less once they are long', () => {
    schedule(300, 1)
    const short = [17, 17, 17].map((ms) => frame(ms).length)
    const long = [40, 40, 40].map((ms) => frame(ms).length)
    expect(short).toEqual([6, 7, 8])
    expect(long).toEqual([4, 3, 3])
    while (isWorkWaiting()) frame(17)
  })

  it('begins with as much as the frames before could take', () => {
    schedule(300, 1)
    while (isWorkWaiting()) frame(17)
    schedule(300, 1)
    expect(frame(17).length).toBe(12)
    while (isWorkWaiting()) frame(17)
  })

  it('draws one drawing at least in each frame, however long it takes', () => {
    schedule(3, 50)
    expect([frame(17), frame(60), frame(60)]).toEqual([['0'], ['1'], ['2']])
  })

  it('draws the newest drawing of an owner only, and none of one that is gone', () => {
    const [owner, gone] = [{}, {}]
    scheduleWork(owner, () => drawn.push('old'))
    scheduleWork(gone, () => drawn.push('gone'))
    scheduleWork(owner, () => drawn.push('new'))
    cancelWork(gone)
    expect(frame(17)).toEqual(['new'])
    expect(isWorkWaiting()).toBe(false)
  })
})
