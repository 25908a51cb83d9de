import { useLayoutEffect, useState } from 'preact/hooks'

import { cancelWork, scheduleWork } from './schedule'

/**
 * What is computed from the inputs in a slice of some frame, so that much of it at once holds up
 * none; until then what it was before, at first null.
 */
export function useSoon<T>(compute: () => T, inputs: readonly unknown[]): T | null {
  const [owner] = useState({})
  const [value, setValue] = useState<T | null>(null)
  useLayoutEffect(() => {
    scheduleWork(owner, () => {
      setValue(compute)
    })
    return () => {
      cancelWork(owner)
    }
  }, inputs)
  return value
}
