import { effect } from '@preact/signals'

import type { Store } from './store'

/** Reloads at the period of the settings and after failures, and keeps the page's clock going. */
export function keepFresh(store: Store, reload: () => void, isHidden: () => boolean): void {
  effect(() => {
    const periodS = store.settings.value.reloadPeriodS
    if (periodS === 0 || store.trouble.value !== null) return
    const timer = setInterval(reload, periodS * 1000)
    return () => {
      clearInterval(timer)
    }
  })
  effect(() => {
    const trouble = store.trouble.value
    if (trouble === null) return
    const timer = setTimeout(reload, Math.max(0, trouble.retryAtS * 1000 - Date.now()))
    return () => {
      clearTimeout(timer)
    }
  })
  setInterval(() => {
    if (!isHidden()) store.now.value = Date.now() / 1000
  }, 1000)
}
