import { h, render as mount } from 'preact'

import { createClient } from './data/client'
import { watchReloads, watchTheme } from './host'
import { startLoading } from './loading'
import { createStore, type Store } from './store'
import { App } from './view/app'
import { drawnCharts, isDrawing } from './view/drawn'
import css from './view/style.css?inline'

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
function isIdle({ busy, controls, shownRuns, trouble, visibleKernels }: Store): boolean {
  if (busy.value) return false
  if (trouble.value !== null || shownRuns.value.length === 0) return true
  return visibleKernels[controls.value.view].value.size > 0 && !isDrawing()
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
  window.__wdnorm = { charts: drawnCharts, idle: () => isIdle(store) }
  mount(h(App, { store, retry }), document.body)
  loading.reload()
}
