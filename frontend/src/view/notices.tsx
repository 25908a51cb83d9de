import type { ComponentChildren, JSX } from 'preact'

import { usePage } from './context'
import { PassingButton } from './passing-button'

const CALLBACK = `import tb_wdnorm
model.fit(x, y, callbacks=[tb_wdnorm.KernelNormCallback("logs/wd=2e-4")])`
const SERVE = 'tensorboard --logdir logs'

export function Notice({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="notice" role="status">
      {children}
    </div>
  )
}

/** What to do when nothing was logged yet. */
export function NoData(): JSX.Element {
  return (
    <Notice>
      <h2>No kernel norms here yet</h2>
      <p>Log them while training, one directory per weight decay, and one without decay:</p>
      <pre>{CALLBACK}</pre>
      <p>Then show the directory above them:</p>
      <pre>{SERVE}</pre>
      <p>This page fills by itself once there are some.</p>
    </Notice>
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
