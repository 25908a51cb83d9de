/** A regular expression that the user types, ignoring case as TensorBoard's own filters do. */
export interface Filter {
  readonly matches: (text: string) => boolean
  /** What is wrong with the expression; null if nothing. A wrong one matches everything. */
  readonly fault: string | null
}

export function filter(source: string): Filter {
  const { expression, fault } = compiled(source)
  return { matches: (text) => expression === null || expression.test(text), fault }
}

/** Names a kernel's group by the first capture group that took part in the match. */
export interface Grouper {
  /** Null where nothing matches. */
  readonly nameOf: (path: string) => string | null
  readonly fault: string | null
}

export function grouper(source: string): Grouper {
  const { expression, fault } = compiled(source)
  return {
    nameOf(path) {
      const match = expression?.exec(path)
      if (!match) return null
      const groups: readonly (string | undefined)[] = match.slice(1)
      return groups.find((group) => group !== undefined) ?? match[0]
    },
    fault,
  }
}

/** Null for an empty or a wrong expression. */
function compiled(source: string): { expression: RegExp | null; fault: string | null } {
  if (source === '') return { expression: null, fault: null }
  try {
    return { expression: new RegExp(source, 'i'), fault: null }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const reason = message.slice(message.lastIndexOf(':') + 1).trim()
    return { expression: null, fault: `This is no regular expression: ${reason}.` }
  }
}
