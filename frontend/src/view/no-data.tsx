import type { JSX } from 'preact'

import { Notice } from './notices'

const CALLBACK = `import tb_wdnorm
model.fit(x, y, callbacks=[tb_wdnorm.KernelNormCallback("logs/wd=2e-4")])`
const SERVE = 'tensorboard --logdir logs'

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
