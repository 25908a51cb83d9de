export const THEMES = ['auto', 'light', 'dark'] as const
export const RELOAD_PERIODS_S = [0, 5, 30, 120] as const

/** What a person prefers on every page; kept by the browser, not by links. */
export interface Settings {
  /** `auto` follows TensorBoard. */
  readonly theme: (typeof THEMES)[number]
  /** How often the page asks for what is new by itself; 0 for never. */
  readonly reloadPeriodS: (typeof RELOAD_PERIODS_S)[number]
}

export const INITIAL_SETTINGS: Settings = { theme: 'auto', reloadPeriodS: 30 }

/** What was kept, as JSON; the default for what is missing or not understood. */
export function parseSettings(json: string | null): Settings {
  let kept: Partial<Record<keyof Settings, unknown>> = {}
  try {
    const found: unknown = JSON.parse(json ?? '{}')
    if (typeof found === 'object' && found !== null) kept = found
  } catch {
    // Something else wrote under our name.
  }
  const theme = THEMES.find((known) => known === kept.theme)
  const reloadPeriodS = RELOAD_PERIODS_S.find((known) => known === kept.reloadPeriodS)
  return {
    theme: theme ?? INITIAL_SETTINGS.theme,
    reloadPeriodS: reloadPeriodS ?? INITIAL_SETTINGS.reloadPeriodS,
  }
}
