import { useState } from 'preact/hooks'

/** A point in CSS pixels of the window. */
export interface Spot {
  readonly x: number
  readonly y: number
}

interface Handlers {
  readonly onPointerMove: (event: PointerEvent) => void
  readonly onPointerLeave: () => void
  readonly onFocus: (event: FocusEvent & { readonly currentTarget: HTMLElement }) => void
  readonly onBlur: () => void
}

interface Spotted {
  /** Where a figure is looked at; null if it is not. */
  readonly spot: Spot | null
  readonly setSpot: (spot: Spot) => void
  readonly handlers: Handlers
}

/** Follows the pointer in a figure; its middle where the keyboard has led there. */
export function useSpot(): Spotted {
  const [spot, setSpot] = useState<Spot | null>(null)
  const leave = () => {
    setSpot(null)
  }
  return {
    spot,
    setSpot,
    handlers: {
      onPointerMove({ clientX, clientY }) {
        setSpot({ x: clientX, y: clientY })
      },
      onPointerLeave: leave,
      onFocus({ currentTarget }) {
        if (!currentTarget.matches(':focus-visible')) return
        const { left, top, width, height } = currentTarget.getBoundingClientRect()
        setSpot({ x: left + width / 2, y: top + height / 2 })
      },
      onBlur: leave,
    },
  }
}
