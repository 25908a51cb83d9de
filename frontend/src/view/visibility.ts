import { batch, signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { Store } from '../store'
import { isDrawing } from './drawn'

// Charts close to the screen are drawn too, so that scrolling meets finished ones.
const observer = new IntersectionObserver(
  (entries) => {
    batch(() => {
      for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting)
    })
  },
  { rootMargin: '200px' },
)
/** Whether all charts count as visible. */
const everything = signal(false)
const callbacks = new Map<Element, (visible: boolean) => void>()

/** Whether the element is on the screen or close to it. */
export function useVisible(ref: RefObject<Element | null>): boolean {
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    callbacks.set(element, setVisible)
    observer.observe(element)
    return () => {
      observer.unobserve(element)
      callbacks.delete(element)
    }
  }, [ref])
  return visible || everything.value
}

const PAUSE_MS = 50

/**
 * Acts once every chart of the view is fetched and drawn, whether it is on the screen or not. Throws
 * what the trouble is if some cannot be fetched.
 */
export async function withEverything<T>(store: Store, act: () => T): Promise<Awaited<T>> {
  everything.value = true
  try {
    do await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    while (store.busy.value || (isDrawing() && !isCutOff(store)))
    if (isCutOff(store)) throw new Error(store.trouble.value?.sentence)
    return await act()
  } finally {
    everything.value = false
  }
}

/** Whether something that is wanted cannot be fetched now. */
function isCutOff({ progress, trouble }: Store): boolean {
  return trouble.value !== null && progress.value < 1
}
