import type { ComponentChildren, JSX } from 'preact'

import type { Controls } from '../model/controls'

interface Props extends Pick<Controls, 'over' | 'shape' | 'clip' | 'yLimits'> {
  /** Whether each run has a strip of its own. */
  readonly apart: boolean
}

/** What the marks in panels and ridges mean. */
export function DistributionsLegend(props: Props): JSX.Element {
  const { over, shape, clip, yLimits, apart } = props
  return (
    <ul class="legend" aria-label="Legend">
      {over === 'channels' ? (
        <li>
          <Mark shape={shape} /> how the channels are spread over the norms
        </li>
      ) : (
        <>
          <li class="batch-mean">
            <Mark shape={shape} /> <span>mean of the channels</span>
          </li>
          <li class="batch-max">
            <Mark shape={shape} /> <span>largest channel, over the batches of an epoch</span>
          </li>
        </>
      )}
      {apart && <li>each run in a strip of its own</li>}
      {over === 'channels' && shape !== 'ridgeline' && (
        <li>
          <Symbol width={10}>
            <path d="M5 2 L10 10 H0 Z" fill="currentColor" />
          </Symbol>{' '}
          mean
        </li>
      )}
      {(clip || yLimits !== null) && (
        <li>
          <Symbol width={14}>
            <path d="M5 12 V8 M9 12 V7 M1 8 L13 5 M1 4 L13 1" stroke="currentColor" />
          </Symbol>{' '}
          higher peak, cut
        </li>
      )}
      {shape !== 'ridgeline' && !apart && (
        <li>number in the corner: density at the top, as share per unit of norm</li>
      )}
    </ul>
  )
}

function Mark({ shape }: Pick<Controls, 'shape'>): JSX.Element {
  return (
    <Symbol width={22}>
      <path
        d={
          shape === 'histogram'
            ? 'M1 12 V8 H6 V2 H11 V5 H16 V9 H21 V12'
            : 'M1 12 C7 12 7 2 10 2 S15 12 21 12'
        }
        fill="currentColor"
        fill-opacity="0.2"
        stroke="currentColor"
      />
    </Symbol>
  )
}

function Symbol(props: {
  readonly width: number
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <svg width={props.width} height="12" aria-hidden="true">
      {props.children}
    </svg>
  )
}
