import type { ComponentChildren, JSX } from 'preact'

import { usePage } from './context'
import { PassingButton } from './passing-button'

export function Notice({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="notice" role="status">
      {children}
    </div>
  )
}

/** Quietly says that the server does not answer and when it is asked again; the charts stay. */
export function TroubleBanner(): JSX.Element | null {
  const {
    store: { now, trouble },
    reload,
  } = usePage()
  if (trouble.value === null) return null
  const { sentence, retryAtS } = trouble.value
  const pause = Math.ceil(retryAtS - now.value)
  return (
    <div class="trouble" role="status">
      <span>
        {sentence}{' '}
        <span class="pause" aria-live="off">
          {pause > 0 ? `Trying again in ${pause} s.` : 'Trying again …'}
        </span>
      </span>
      <PassingButton next="#view" onClick={reload}>
        Retry now
      </PassingButton>
    </div>
  )
}
