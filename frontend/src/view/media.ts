import { useEffect, useState } from 'preact/hooks'

/** Narrow pages scroll as a whole, with runs and controls folded above the charts. */
export const NARROW = '(max-width: 720px)'

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const tell = () => {
      setMatches(media.matches)
    }
    media.addEventListener('change', tell)
    return () => {
      media.removeEventListener('change', tell)
    }
  }, [query])
  return matches
}
