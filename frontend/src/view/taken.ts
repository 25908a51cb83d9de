/** What is fetched when something is first taken away. */

export { fileName, toCsv, toJson } from '../model/table-file'
export { picture } from './picture'
export { ROW_TABLES } from './row-tables'
export { TableDialog } from './table-dialog'
