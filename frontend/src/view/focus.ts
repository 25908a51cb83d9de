/** Gives the keyboard's focus to an element, or to the view where it takes none, folded away, say. */
export function focusOn(selector: string): void {
  for (const one of [selector, '#view']) {
    const element = document.querySelector<HTMLElement>(one)
    element?.focus()
    if (element !== null && element === document.activeElement) return
  }
}
