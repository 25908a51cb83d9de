import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component whose module is fetched when it is first shown. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Lazy(props: Props): JSX.Element {
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
    if (Found !== null) return <Found {...props} />
    return (
      <p class="remark" aria-busy={!failed}>
        {failed ? 'TensorBoard does not answer: reload the page.' : '…'}
      </p>
    )
  }
}
