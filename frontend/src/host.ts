import type { Theme } from './model/palette'

interface Message {
  readonly type: string
  readonly id: number
  readonly isReply: boolean
}

/** Calls back with TensorBoard's theme, now and when it changes; the system's outside of it. */
export function watchTheme(callback: (theme: Theme) => void): void {
  const body = hostBody()
  if (body !== null) {
    const tell = () => {
      callback(body.classList.contains('dark-mode') ? 'dark' : 'light')
    }
    new MutationObserver(tell).observe(body, { attributeFilter: ['class'] })
    tell()
  } else {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const tell = () => {
      callback(dark.matches ? 'dark' : 'light')
    }
    dark.addEventListener('change', tell)
    tell()
  }
}

/** The body of TensorBoard's page; null where the page stands alone or may not look outside. */
function hostBody(): HTMLElement | null {
  try {
    return parent === window ? null : parent.document.body
  } catch {
    return null
  }
}

/** Calls back when TensorBoard has reloaded its data, or later, once the page is visible again. */
export function watchReloads(callback: () => void): void {
  let missed = false
  const arrived = () => {
    missed = isHidden()
    if (!missed) callback()
  }
  const shown = () => {
    if (missed) arrived()
  }
  addEventListener('resize', shown)
  document.addEventListener('visibilitychange', shown)
  listen((type) => {
    if (type === 'experimental.DataReloaded') arrived()
  })
}

/** TensorBoard keeps the frames of other tabs alive with no height. */
function isHidden(): boolean {
  return innerHeight === 0 || document.hidden
}

/** Opens TensorBoard's message channel. Its every message waits for a reply. */
function listen(callback: (type: string) => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = (event: MessageEvent<string>) => {
    const { type, id, isReply } = JSON.parse(event.data) as Message
    if (isReply) return
    port1.postMessage(JSON.stringify({ type, id, payload: null, error: null, isReply: true }))
    callback(type)
  }
  try {
    parent.postMessage('experimental.bootstrap', '*', [port2])
  } catch {
    // Without a host there is nobody to tell of reloads; the page works all the same.
  }
}
