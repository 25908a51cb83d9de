import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import { Icon } from './icons'

export interface MenuItem {
  readonly title: string
  /** Does it; what it resolves to, unless it is empty, is told to the user. */
  readonly act: () => Promise<string>
}

interface Props {
  readonly label: string
  readonly items: readonly MenuItem[]
}

const SAY_MS = 2500

/** A button with a list of things to do, which is in the page only while it is open. */
export function MenuButton({ label, items }: Props): JSX.Element {
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [said, setSaid] = useState('')
  const choose = ({ act }: MenuItem) => {
    setOpen(false)
    button.current?.focus()
    void act()
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((sentence) => {
        setSaid(sentence)
        setTimeout(() => {
          setSaid('')
        }, SAY_MS)
      })
  }
  return (
    <span class="menu-button">
      <button
        ref={button}
        type="button"
        class="icon"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
        }}
      >
        <Icon name="picture" />
      </button>
      {open && (
        <Menu
          label={label}
          anchor={button.current}
          items={items}
          choose={choose}
          close={() => {
            setOpen(false)
          }}
        />
      )}
      <span class={said === '' ? 'hidden' : 'said'} role="status">
        {said}
      </span>
    </span>
  )
}

interface MenuProps extends Props {
  readonly anchor: Element | null
  readonly choose: (item: MenuItem) => void
  readonly close: () => void
}

function Menu({ label, anchor, items, choose, close }: MenuProps): JSX.Element {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const menu = ref.current
    if (menu === null || anchor === null) return
    menu.showPopover()
    const { right, bottom, top } = anchor.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = menu
    menu.style.left = `${Math.max(4, right - width)}px`
    menu.style.top = `${bottom + height > innerHeight ? Math.max(4, top - height) : bottom}px`
    menu.querySelector('button')?.focus()
  }, [anchor])
  const move = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const buttons = [...(ref.current?.querySelectorAll('button') ?? [])]
    const at = buttons.findIndex((button) => button === document.activeElement)
    if (by === undefined) return
    event.preventDefault()
    buttons[(at + by + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div
      ref={ref}
      class="menu list"
      popover="auto"
      role="menu"
      aria-label={label}
      onKeyDown={move}
      onToggle={({ newState }) => {
        if (newState === 'closed') close()
      }}
    >
      {items.map((item) => (
        <button
          key={item.title}
          type="button"
          role="menuitem"
          onClick={() => {
            choose(item)
          }}
        >
          {item.title}
        </button>
      ))}
    </div>
  )
}
