/** Saves a file under the name, as if a link to it had been clicked. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Browsers begin to read it after the click.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 10_000)
}

/** Puts text on the clipboard, also where pages without HTTPS may not use it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    // What is below a modal dialog cannot be selected.
    const dialogs = document.querySelectorAll('dialog[open]')
    ;(dialogs[dialogs.length - 1] ?? document.body).append(field)
    field.select()
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else works without HTTPS
    const copied = document.execCommand('copy')
    field.remove()
    return copied
  }
}
