import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface Titled<T> {
  readonly label: string
  readonly value: T
  readonly set: (value: T) => void
}

export interface Option<T> {
  readonly value: T
  readonly title: string
  /** Why it cannot be chosen; none if it can. */
  readonly obstacle?: string | undefined
}

interface OptionsProps<T> extends Titled<T> {
  readonly options: readonly Option<T>[]
}

/** A few options side by side, of which one is chosen. */
export function Choice<T extends string>({
  label,
  value,
  set,
  options,
}: OptionsProps<T>): JSX.Element {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.obstacle}>
          <input
            type="radio"
            name={name}
            checked={value === option.value}
            disabled={option.obstacle !== undefined}
            onChange={() => {
              set(option.value)
            }}
          />
          <span>{option.title}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** Many options in a list that folds out. */
export function Select<T extends string>({
  label,
  value,
  set,
  options,
}: OptionsProps<T>): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((option) => option.value === currentTarget.value)
          if (chosen !== undefined) set(chosen.value)
        }}
      >
        {options.map((option) => (
          <option
            key={option.value}
            value={option.value}
            disabled={option.obstacle !== undefined}
            title={option.obstacle}
          >
            {option.title}
          </option>
        ))}
      </select>
    </label>
  )
}

export function Toggle({ label, value, set }: Titled<boolean>): JSX.Element {
  return (
    <label class="field toggle">
      <input
        type="checkbox"
        checked={value}
        onChange={({ currentTarget }) => {
          set(currentTarget.checked)
        }}
      />
      <span>{label}</span>
    </label>
  )
}

interface RangeProps extends Titled<number> {
  readonly low: number
  readonly high: number
  readonly step: number
  /** What the value says, also to those who do not see the slider. */
  readonly text: string
}

export function Range({ label, value, set, low, high, step, text }: RangeProps): JSX.Element {
  return (
    <label class="field range">
      <span>{label}</span>
      <input
        type="range"
        min={low}
        max={high}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={({ currentTarget }) => {
          set(currentTarget.valueAsNumber)
        }}
      />
      <output>{text}</output>
    </label>
  )
}

interface PatternProps extends Titled<string> {
  readonly placeholder: string
  /** What is wrong with what was typed; null if nothing. */
  readonly fault: string | null
  readonly hideLabel?: boolean
}

/** A regular expression that acts while it is typed. */
export function Pattern(props: PatternProps): JSX.Element {
  const { label, value, set, placeholder, fault, hideLabel = false } = props
  const id = useId()
  return (
    <span class="field pattern">
      <label for={id} class={hideLabel ? 'hidden' : ''}>
        {label}
      </label>
      <input
        id={id}
        type="search"
        value={value}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-fault`}
        onInput={({ currentTarget }) => {
          set(currentTarget.value)
        }}
      />
      {fault !== null && (
        <span class="fault" id={`${id}-fault`} role="status">
          {fault}
        </span>
      )}
    </span>
  )
}

interface IconButtonProps {
  readonly label: string
  /** For what stays in force until it is pressed again. */
  readonly pressed?: boolean
  readonly onClick: () => void
  readonly children: ComponentChildren
}

/** A button of one symbol; what it does is its title. */
export function IconButton({ label, pressed, onClick, children }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
