import { createContext } from 'preact'
import { useContext, useEffect } from 'preact/hooks'

import type { View } from '../model/controls'
import type { Store } from '../store'

export const StoreContext = createContext<Store | null>(null)

export function useStore(): Store {
  const store = useContext(StoreContext)
  if (store === null) throw new Error('useStore needs a StoreContext above it.')
  return store
}

/** Says while it is visible that the data of a kernel are wanted. */
export function useWantedKernel(id: string, visible: boolean, view: View): void {
  const visibleKernels = useStore().visibleKernels[view]
  useEffect(() => {
    if (!visible) return
    visibleKernels.value = new Set(visibleKernels.peek()).add(id)
    return () => {
      const rest = new Set(visibleKernels.peek())
      rest.delete(id)
      visibleKernels.value = rest
    }
  }, [id, visible, visibleKernels])
}
