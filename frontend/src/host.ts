import type { Theme } from './model/palette'

interface Message {
  readonly type: string
  readonly id: number
  readonly isReply: boolean
}

/** Calls back with TensorBoard's theme, now and when it changes; the system's outside of it. */
export function watchTheme(callback: (theme: Theme) => void): void {
  const body = ofHost((host) => host.document.body)
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

/** Reads TensorBoard's window; null where the page stands alone or may not look outside. */
function ofHost<T>(read: (host: Window) => T): T | null {
  try {
    return parent === window ? null : read(parent)
  } catch {
    return null
  }
}

/** The window whose address people copy: TensorBoard's, or our own where that is out of reach. */
function addressed(): Window {
  return ofHost((host) => (host.location.hash, host)) ?? window
}

/** The part of the address behind `#`, with it; empty if there is none. */
export function readHash(): string {
  return addressed().location.hash
}

/** Changes the hash without a new entry in the history. */
export function writeHash(change: (hash: string) => string): void {
  const { history, location } = addressed()
  const hash = change(location.hash)
  if (hash === location.hash) return
  try {
    history.replaceState(history.state, '', location.pathname + location.search + hash)
  } catch {
    // Browsers refuse when it happens too often; the next change writes it all.
  }
}

/** The address of the page with another hash. */
export function addressWith(change: (hash: string) => string): string {
  const { href, hash } = addressed().location
  return href.slice(0, href.length - hash.length).replace(/#$/, '') + change(hash)
}

/** Calls back when the user goes to another address of this page, say in the history. */
export function watchHash(callback: (hash: string) => void): void {
  const host = addressed()
  const tell = () => {
    callback(host.location.hash)
  }
  host.addEventListener('hashchange', tell)
  // The host's page outlives ours.
  addEventListener('pagehide', () => {
    host.removeEventListener('hashchange', tell)
  })
}

/** TensorBoard keeps the frames of other tabs alive with no height. */
export function isHidden(): boolean {
  return innerHeight === 0 || document.hidden
}

/** Does what is asked for at once, or once the page is visible again. */
export function whenVisible(action: () => void): () => void {
  let missed = false
  const ask = () => {
    missed = isHidden()
    if (!missed) action()
  }
  const shown = () => {
    if (missed) ask()
  }
  addEventListener('resize', shown)
  document.addEventListener('visibilitychange', shown)
  return ask
}

/** Calls back when TensorBoard has reloaded its data. Its every message waits for a reply. */
export function watchReloads(callback: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = (event: MessageEvent<string>) => {
    const { type, id, isReply } = JSON.parse(event.data) as Message
    if (isReply) return
    port1.postMessage(JSON.stringify({ type, id, payload: null, error: null, isReply: true }))
    if (type === 'experimental.DataReloaded') callback()
  }
  try {
    parent.postMessage('experimental.bootstrap', '*', [port2])
  } catch {
    // Without a host there is nobody to tell of reloads; the page works all the same.
  }
}
