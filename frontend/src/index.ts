import { h, render as mount } from 'preact'

import { createClient } from './data/client'
import { watchReloads, watchTheme } from './host'
import { startLoading } from './loading'
import { createStore } from './store'
import { App } from './view/app'
import { drawnCharts, isDrawing } from './view/drawn'
import css from './view/style.css?inline'

/**
 * What tests may ask: `charts()` lists what is drawn right now, in data units; `idle()` is true
 * once everything visible is fetched and drawn.
 */
declare global {
  interface Window {
    __wdnorm?: { readonly charts: typeof drawnCharts; readonly idle: () => boolean }
  }
}

/** TensorBoard's entry point: builds the page in the empty document of the plugin's frame. */
export function render(): void {
  const style = document.createElement('style')
  style.textContent = css
  document.head.append(style)
  document.documentElement.lang = 'en'

  const store = createStore()
  const loading = startLoading(store, createClient(document.baseURI))
  const retry = () => {
    loading.reload()
  }
  watchTheme((theme) => {
    store.theme.value = theme
  })
  watchReloads(retry)
  window.__wdnorm = { charts: drawnCharts, idle: () => !store.busy.value && !isDrawing() }
  mount(h(App, { store, retry }), document.body)
  loading.reload()
}
