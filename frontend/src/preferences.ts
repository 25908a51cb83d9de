import { effect } from '@preact/signals'

import { parseSettings, type Settings } from './model/settings'
import type { Store } from './store'

const KEY = 'tb_wdnorm.settings'

/** The settings that this browser keeps. */
export function keptSettings(): Settings {
  try {
    return parseSettings(localStorage.getItem(KEY))
  } catch {
    return parseSettings(null)
  }
}

/** Keeps the settings whenever they change; browsers that may not keep anything forget them. */
export function keepSettings({ settings }: Store): void {
  effect(() => {
    const json = JSON.stringify(settings.value)
    try {
      localStorage.setItem(KEY, json)
    } catch {
      // They hold until the page is closed.
    }
  })
}
