import type { ComponentChildren, JSX } from 'preact'

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
      <p>This page fills by itself at TensorBoard’s next reload.</p>
    </Notice>
  )
}

interface TroubleProps {
  readonly sentence: string
  readonly retry: () => void
}

export function Trouble({ sentence, retry }: TroubleProps): JSX.Element {
  return (
    <div class="trouble" role="alert">
      <span>{sentence}</span>
      <button type="button" onClick={retry}>
        Retry
      </button>
    </div>
  )
}
