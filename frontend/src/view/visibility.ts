import { batch } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

// Charts close to the screen are drawn too, so that scrolling meets finished ones.
const observer = new IntersectionObserver(
  (entries) => {
    batch(() => {
      for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting)
    })
  },
  { rootMargin: '200px' },
)
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
  return visible
}
