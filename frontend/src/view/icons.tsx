import type { JSX } from 'preact'

const PATHS = {
  star: 'M8 1.6l1.9 4 4.4.6-3.2 3 .8 4.3L8 11.4l-3.9 2.1.8-4.3-3.2-3 4.4-.6z',
  only: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  reload: 'M13 3v3.5H9.5M12.6 6.3A5 5 0 1 0 13 9',
  settings:
    'M2 4.5h7m3 0h2M2 11.5h2m3 0h7M10.5 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM5.5 10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  pin: 'M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5',
  enlarge: 'M9.5 2.5h4v4M13.5 2.5L9 7M6.5 13.5h-4v-4M2.5 13.5L7 9',
  close: 'M4 4l8 8M12 4l-8 8',
  table: 'M2 3h12v10H2zM2 6.5h12M2 10h12M6.5 3v10',
  picture: 'M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
} as const

interface Props {
  readonly name: keyof typeof PATHS
  readonly filled?: boolean
}

/** A symbol of 16 pixels in the colour of the text. */
export function Icon({ name, filled = false }: Props): JSX.Element {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linejoin="round"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
