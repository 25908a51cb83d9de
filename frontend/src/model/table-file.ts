import type { Cell, Table } from './table'

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

const MAX_NAME = 100

/** A name that every file system takes. */
export function fileName(name: string, extension: string): string {
  const plain = name.replace(/[^\p{L}\p{N}.=+-]+/gu, '_').slice(0, MAX_NAME)
  return `${plain.replace(/^[._]+|[._]+$/g, '') || 'kernel_norms'}.${extension}`
}
