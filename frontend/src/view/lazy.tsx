import type { ComponentType, JSX } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

import { usePage } from './context'

/** A component whose module is fetched when it is first shown, and after an outage. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Lazy(props: Props): JSX.Element {
    const {
      store: { busy, trouble },
      reload,
    } = usePage()
    const [Found, setFound] = useState(() => loaded)
    const [failed, setFailed] = useState(false)
    const isUp = trouble.value === null
    useLayoutEffect(() => {
      if (Found !== null || (failed && !isUp)) return
      setFailed(false)
      load().then(
        (component) => {
          loaded = component
          setFound(() => component)
        },
        () => {
          setFailed(true)
          // Finds out whether the server is away, and when it is back.
          if (trouble.peek() === null) reload()
        },
      )
    }, [isUp])
    if (Found !== null) return <Found {...props} />
    const isWaiting = !failed || (isUp && busy.value)
    const fault = trouble.value?.sentence ?? 'This cannot be fetched: reload the page.'
    return (
      <p class="remark" aria-busy={isWaiting}>
        {isWaiting ? '…' : fault}
      </p>
    )
  }
}
