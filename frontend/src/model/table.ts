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

/** As RFC 4180 wants it, with the names of the columns in the first line. */
export function toCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => cells.map(field).join(',') + '\r\n').join('')
}

function field(cell: Cell): string {
  const text = Number.isNaN(cell) ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An array of objects; JSON has no NaN or infinity: null. */
export function toJson({ columns, rows }: Table): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
  return JSON.stringify(objects, null, 1)
}

/** A norm with as many digits as the server sends, without the noise of float32 behind them. */
export function digits(value: number): number {
  return Number(value.toPrecision(6))
}

const MAX_NAME = 100

/** A name that every file system takes. */
export function fileName(name: string, extension: string): string {
  const plain = name.replace(/[^\p{L}\p{N}.=+-]+/gu, '_').slice(0, MAX_NAME)
  return `${plain.replace(/^[._]+|[._]+$/g, '') || 'kernel_norms'}.${extension}`
}
