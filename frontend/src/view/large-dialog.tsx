import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import { useControls, useStore } from './context'
import { IconButton } from './fields'
import { focusOn } from './focus'
import { Icon } from './icons'
import { KernelHeading } from './kernel-heading'
import { RowTakeAway } from './take-away'
import { VIEW_PARTS } from './views'

/** The row that was enlarged, over everything else; Escape closes it. */
export function LargeDialog(): JSX.Element | null {
  const [{ large, view }, set] = useControls()
  const { rows, sections } = useStore()
  // The heat-map has rows of both kinds, however they are grouped.
  const all = sections.value.flatMap((section) => [section.whole, ...section.rows])
  const row = [...rows.value, ...all].find(({ key }) => key === large)
  const { Large } = VIEW_PARTS[view]
  const ref = useRef<HTMLDialogElement>(null)
  const shown = row !== undefined && Large !== undefined
  useLayoutEffect(() => {
    if (shown) ref.current?.showModal()
  }, [shown])
  if (!shown) return null
  const close = () => {
    set({ large: null })
    // What opened it may be in another view; what was closed keeps the focus until it is gone.
    const focused = document.activeElement
    if (focused === document.body || ref.current?.contains(focused) === true) {
      focusOn(`[title="Show ${CSS.escape(row.name)} large"]`)
    }
  }
  return (
    <dialog ref={ref} class="large" aria-label={row.name} onClose={close} data-picture>
      <header>
        <KernelHeading row={row} />
        <RowTakeAway row={row} />
        <IconButton label="Close" onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </IconButton>
      </header>
      <Large row={row} />
    </dialog>
  )
}
