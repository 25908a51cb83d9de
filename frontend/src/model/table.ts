/** NaN or an empty text where there is nothing. */
export type Cell = string | number

/** What a chart shows, one observation per row. */
export interface Table {
  /** What it is about, in a few words. */
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** All rows of several tables below each other; a table without a column has nothing in it. */
export function stacked(caption: string, tables: readonly Table[]): Table {
  const columns = [...new Set(tables.flatMap((table) => table.columns))]
  const rows = tables.flatMap((table) => {
    const from = columns.map((name) => table.columns.indexOf(name))
    return table.rows.map((row) => from.map((index) => row[index] ?? ''))
  })
  return { caption, columns, rows }
}

/** A norm with as many digits as the server sends, without the noise of float32 behind them. */
export function digits(value: number): number {
  return Number(value.toPrecision(6))
}
