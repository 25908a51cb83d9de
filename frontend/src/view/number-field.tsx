import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'

import type { Interval } from '../model/extent'

interface NumberProps {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly set: (value: number) => void
}

/** A whole number; what is no number in the range is not taken. */
export function NumberField({ label, value, low, high, set }: NumberProps): JSX.Element {
  return (
    <label class="field number">
      <span>{label}</span>
      <input
        type="number"
        min={low}
        max={high}
        value={value}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          if (valueAsNumber >= low && valueAsNumber <= high) set(Math.round(valueAsNumber))
        }}
      />
    </label>
  )
}

interface LimitsProps {
  readonly label: string
  readonly value: Interval | null
  readonly set: (value: Interval | null) => void
}

/** Limits of something that is not negative: both empty for none, the lower one empty for 0. */
export function LimitsField({ label, value, set }: LimitsProps): JSX.Element {
  const id = useId()
  const [typed, setTyped] = useState<readonly [string, string] | null>(null)
  const texts = typed ?? [
    value === null ? '' : String(value[0]),
    value === null ? '' : String(value[1]),
  ]
  const limits = read(texts)
  const isWrong = limits === undefined
  const end = (index: 0 | 1, name: string, placeholder: string) => (
    <input
      type="number"
      step="any"
      aria-label={`${label} ${name}`}
      aria-invalid={isWrong}
      aria-describedby={isWrong ? id : undefined}
      placeholder={placeholder}
      value={texts[index]}
      onInput={({ currentTarget }) => {
        const next =
          index === 0
            ? ([currentTarget.value, texts[1]] as const)
            : ([texts[0], currentTarget.value] as const)
        const found = read(next)
        setTyped(next)
        if (found !== undefined) set(found)
      }}
      onBlur={() => {
        if (limits !== undefined) setTyped(null)
      }}
    />
  )
  return (
    <span class="field number">
      <span>{label}</span> {end(0, 'from', value === null ? 'auto' : '0')} – {end(1, 'to', 'auto')}
      {isWrong && (
        <span class="fault" id={id} role="status">
          The second number must be given and larger than the first.
        </span>
      )}
    </span>
  )
}

/** Undefined where the numbers are no limits. */
function read([low, high]: readonly [string, string]): Interval | null | undefined {
  if (low === '' && high === '') return null
  return high !== '' && Number(low) < Number(high) ? [Number(low), Number(high)] : undefined
}
