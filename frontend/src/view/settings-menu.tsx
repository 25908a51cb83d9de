import type { JSX } from 'preact'

import { RELOAD_PERIODS_S, THEMES } from '../model/settings'
import { useStore } from './context'
import { Select } from './fields'
import { Icon } from './icons'

const THEME_TITLES = { auto: 'as TensorBoard', light: 'light', dark: 'dark' } as const
const PERIOD_TITLES = { 0: 'off', 5: '5 s', 30: '30 s', 120: '2 min' } as const

/** What a person prefers on every page. */
export function SettingsMenu(): JSX.Element {
  const { settings } = useStore()
  const { theme, reloadPeriodS } = settings.value
  return (
    <>
      <button
        type="button"
        class="icon"
        popovertarget="settings"
        title="Settings"
        aria-label="Settings"
      >
        <Icon name="settings" />
      </button>
      <div id="settings" class="menu" popover="auto" role="dialog" aria-label="Settings">
        <Select
          label="Reload every"
          value={String(reloadPeriodS)}
          options={RELOAD_PERIODS_S.map((value) => ({
            value: String(value),
            title: PERIOD_TITLES[value],
          }))}
          set={(value) => {
            const chosen = RELOAD_PERIODS_S.find((period) => String(period) === value)
            settings.value = { ...settings.value, reloadPeriodS: chosen ?? 0 }
          }}
        />
        <Select
          label="Theme"
          value={theme}
          options={THEMES.map((value) => ({ value, title: THEME_TITLES[value] }))}
          set={(value) => {
            settings.value = { ...settings.value, theme: value }
          }}
        />
      </div>
    </>
  )
}
