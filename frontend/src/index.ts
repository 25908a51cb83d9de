import { h, render as mount } from 'preact'

import { createClient } from './data/client'
import {
  addressWith,
  isHidden,
  readHash,
  watchHash,
  watchReloads,
  watchTheme,
  whenVisible,
  writeHash,
} from './host'
import { startLoading } from './loading'
import { controlsOfHash, hashWithControls } from './model/url'
import { keepSettings, keptSettings } from './preferences'
import { keepFresh } from './refreshing'
import { allSources, createStore, type Store } from './store'
import { App } from './view/app'
import { drawnCharts, isDrawing, isExplaining } from './view/drawn'
import { style } from './view/style'

/**
 * What tests may ask: `charts()` lists what is drawn right now, in data units; `idle()` is true
 * once everything visible is fetched and drawn, or an error is shown.
 */
declare global {
  interface Window {
    __wdnorm?: { readonly charts: typeof drawnCharts; readonly idle: () => boolean }
  }
}

/** Whether nothing more is to come; not before the view has found out what is in sight. */
function isIdle({ busy, shownRuns, rows, sources, trouble }: Store): boolean {
  if (busy.value) return false
  if (trouble.value !== null || shownRuns.value.length === 0 || rows.value.length === 0) return true
  if (isExplaining()) return true
  return allSources(sources).some(({ items }) => items().length > 0) && !isDrawing()
}

// Browsers allow some hundred changes a minute.
const HASH_PAUSE_MS = 250

/** Keeps the controls in the address, and follows it when the user goes back or pastes a link. */
function followAddress({ controls }: Store): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  controls.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined
      writeHash((hash) => hashWithControls(hash, controls.peek()))
    }, HASH_PAUSE_MS)
  })
  watchHash((hash) => {
    controls.value = controlsOfHash(hash)
  })
}

/** TensorBoard's entry point: builds the page in the empty document of the plugin's frame. */
export function render(): void {
  const element = document.createElement('style')
  element.textContent = style
  document.head.append(element)
  document.documentElement.lang = 'en'
  document.title = 'Kernel norms'

  const store = createStore(controlsOfHash(readHash()), keptSettings())
  const reload = startLoading(store, createClient(document.baseURI))
  const reloadWhenVisible = whenVisible(reload)
  watchTheme((theme) => {
    store.hostTheme.value = theme
  })
  watchReloads(reloadWhenVisible)
  keepSettings(store)
  keepFresh(store, reloadWhenVisible, isHidden)
  followAddress(store)
  window.__wdnorm = { charts: drawnCharts, idle: () => isIdle(store) }
  const address = () => addressWith((hash) => hashWithControls(hash, store.controls.peek()))
  mount(h(App, { store, reload, address }), document.body)
  reload()
}
