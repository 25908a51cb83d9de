import { beforeEach, describe, expect, it, vi } from 'vitest'

type Schedule = typeof import('../../src/view/schedule')

let { cancelWork, isWorkWaiting, scheduleWork } = {} as Schedule
let now = 0
let began = 0
let frames: FrameRequestCallback[] = []
let messages: (() => void)[] = []
const drawn: string[] = []

class Channel {
  readonly port1: { onmessage: () => void } = { onmessage: () => undefined }
  readonly port2 = {
    postMessage: () => {
      messages.push(() => {
        this.port1.onmessage()
      })
    },
  }
}

/** Makes a frame whose pixels take some time to fill; returns what it has drawn. */
function frame(fillMs = 0): readonly string[] {
  frameUntilMade(fillMs)
  for (const receive of messages.splice(0)) receive()
  return [...drawn]
}

/** Makes a frame, and the next one may begin before the message that it is made. */
function frameUntilMade(fillMs: number): void {
  now = began = Math.max(now, began + 17)
  drawn.length = 0
  for (const callback of frames.splice(0)) callback(now)
  now += fillMs
}

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
  frames = []
  messages = []
  vi.stubGlobal('performance', { now: () => now })
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('MessageChannel', Channel)
  // What it has learned of frames stays in the module.
  vi.resetModules()
  ;({ cancelWork, isWorkWaiting, scheduleWork } = await import('../../src/view/schedule'))
})

describe('scheduleWork', () => {
  it('draws in slices, in the order asked for', () => {
    schedule(5, 3)
    expect(frame()).toEqual(['0', '1'])
    expect(isWorkWaiting()).toBe(true)
    while (isWorkWaiting()) frame()
    expect(drawn.at(-1)).toBe('4')
  })

  it('draws more in a slice while frames are short, and less once they are long', () => {
    schedule(300, 1)
    expect([0, 0, 0].map((ms) => frame(ms).length)).toEqual([5, 11, 12])
    expect([20, 20, 20].map((ms) => frame(ms).length)).toEqual([12, 9, 7])
  })

  it('settles where a frame takes as long as it may', () => {
    schedule(300, 0.5)
    let slice: readonly string[] = []
    for (let i = 0; i < 12; i++) slice = frame(2 * 0.5 * slice.length)
    // A third of 16 ms is for drawing, the rest for filling.
    expect(slice.length * 0.5).toBeCloseTo(16 / 3, 0)
  })

  it('knows how long a frame took that was late for the next one', () => {
    schedule(300, 1)
    frameUntilMade(35)
    expect(frame().length).toBe(4)
  })

  it('begins with as much as the frames before could take', () => {
    schedule(300, 1)
    while (isWorkWaiting()) frame()
    schedule(300, 1)
    expect(frame().length).toBe(12)
  })

  it('draws one drawing at least in each frame, however long it takes', () => {
    schedule(3, 50)
    expect([frame(), frame(), frame()]).toEqual([['0'], ['1'], ['2']])
  })

  it('draws the newest drawing of an owner only, and none of one that is gone', () => {
    const [owner, gone] = [{}, {}]
    scheduleWork(owner, () => drawn.push('old'))
    scheduleWork(gone, () => drawn.push('gone'))
    scheduleWork(owner, () => drawn.push('new'))
    cancelWork(gone)
    expect(frame()).toEqual(['new'])
    expect(isWorkWaiting()).toBe(false)
  })
})
