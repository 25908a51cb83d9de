import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import { focusOn } from './focus'

interface Props {
  /** Selects what has the keyboard's focus next, which would be at the top of the page otherwise. */
  readonly next: string
  readonly onClick: () => void
  readonly children: ComponentChildren
}

/** A button that is gone once it has done its work. */
export function PassingButton({ next, onClick, children }: Props): JSX.Element {
  const ref = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const button = ref.current
    return () => {
      if (button === document.activeElement) focusOn(next)
    }
  }, [next])
  return (
    <button ref={ref} type="button" onClick={onClick}>
      {children}
    </button>
  )
}
