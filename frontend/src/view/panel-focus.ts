const MOVES: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

interface GridKey extends KeyboardEvent {
  readonly currentTarget: HTMLElement
}

/**
 * In the grid, arrow keys lead from panel to panel, Escape back to the grid; Enter enlarges the
 * column of the panel.
 */
export function moveFocus(event: GridKey, enlarge: (key: string) => void): void {
  const grid = event.currentTarget
  const panel = event.target
  if (event.defaultPrevented || !(panel instanceof HTMLElement)) return
  const move = MOVES[event.key]
  const columns = [...grid.querySelectorAll<HTMLElement>('.column')]
  const figures = columns.map((column) => [...column.querySelectorAll<HTMLElement>('figure')])
  const at = figures.findIndex((ofColumn) => ofColumn.includes(panel))
  const row = figures[at]?.indexOf(panel) ?? 0
  if (at === -1 && panel !== grid) return
  if (move !== undefined) {
    const next = at === -1 ? figures[0]?.[0] : figures[at + move[0]]?.[row + move[1]]
    if (next === undefined) return
    next.focus()
    event.preventDefault()
  } else if (at !== -1 && event.key === 'Enter') {
    enlarge(columns[at]?.dataset['key'] ?? '')
  } else if (at !== -1 && event.key === 'Escape') {
    grid.focus()
  }
}
