import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component whose module is fetched when it is first shown. */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null
  return function Lazy(): JSX.Element {
    const [Found, setFound] = useState(() => loaded)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      load().then(
        (component) => {
          loaded = component
          setFound(() => component)
        },
        () => {
          setFailed(true)
        },
      )
    }, [])
    if (Found !== null) return <Found />
    return <p class="remark">{failed ? 'TensorBoard does not answer: reload the page.' : '…'}</p>
  }
}
