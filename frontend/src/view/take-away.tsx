import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'

import type { View } from '../model/controls'
import { palette } from '../model/palette'
import type { KernelSet } from '../model/rows'
import { stacked, type Table } from '../model/table'
import type { Store } from '../store'
import { CHART_FONT } from './axes-drawing'
import { usePage, type Page } from './context'
import { copy, download } from './download'
import { MenuButton, type MenuItem } from './menu-button'
import { overviewBlocks } from './overview-blocks'
import { redraw } from './plot'
import { ROW_TABLES } from './row-tables'
import { TableDialog } from './table-dialog'
import { withEverything } from './visibility'

/** The menu to take away what is shown of a row. Around it must be an element `data-picture`. */
export function RowTakeAway({ row }: { readonly row: KernelSet }): JSX.Element {
  const page = usePage()
  const { store } = page
  const { view } = store.controls.value
  return (
    <TakeAway
      label={`Take away ${row.name}`}
      name={`${row.name} ${view}`}
      page={page}
      collect={(use) => use([ROW_TABLES[view](store, row)])}
    />
  )
}

/** The menu to take away all of the current view, also what is not on the screen. */
export function ViewTakeAway(): JSX.Element {
  const page = usePage()
  const { store } = page
  const { view } = store.controls.value
  return (
    <TakeAway
      label="Take away this view"
      name={`kernel norms ${view}`}
      page={page}
      collect={(use) =>
        withEverything(store, () =>
          use(rowsOf(store, view).map((row) => ROW_TABLES[view](store, row))),
        )
      }
    />
  )
}

function rowsOf(store: Store, view: View): readonly KernelSet[] {
  if (view !== 'overview') return store.rows.value
  return overviewBlocks(store).flatMap(({ rows }) => rows.map(({ row }) => row))
}

interface Props {
  readonly label: string
  readonly name: string
  readonly page: Page
  /** Calls with the tables when all that is to be taken away is there and drawn. */
  readonly collect: <T>(use: (tables: readonly (Table | null)[]) => T) => T | Promise<T>
}

function TakeAway({ label, name, page, collect }: Props): JSX.Element {
  const ref = useRef<HTMLSpanElement>(null)
  const [table, setTable] = useState<Table | null>(null)
  const whole = () =>
    collect((found) => {
      const tables = found.filter((one) => one !== null)
      return stacked(tables.length === 1 ? (tables[0]?.caption ?? name) : name, tables)
    })
  const save = async (extension: 'csv' | 'json', type: string) => {
    const { fileName, toCsv, toJson } = await import('../model/table-file')
    const file = fileName(name, extension)
    const write = extension === 'csv' ? toCsv : toJson
    download(file, new Blob([write(await whole())], { type }))
    return `Saved ${file}`
  }
  const items: readonly MenuItem[] = [
    {
      title: 'Show as table',
      act: () => {
        void Promise.resolve(whole()).then(setTable)
        return undefined
      },
    },
    {
      title: 'Save as PNG',
      act: async () => {
        const element = ref.current?.closest('[data-picture]') ?? document.getElementById('view')
        if (element === null) throw new Error('There is nothing to take a picture of.')
        const { fileName } = await import('../model/table-file')
        const file = fileName(name, 'png')
        const { picture } = await import('./picture')
        const drawn = { palette: palette(page.store.theme.value), font: CHART_FONT, redraw }
        download(file, await collect(() => picture(element, page.store, drawn)))
        return `Saved ${file}`
      },
    },
    { title: 'Save as CSV', act: () => save('csv', 'text/csv') },
    { title: 'Save as JSON', act: () => save('json', 'application/json') },
    {
      title: 'Copy link',
      act: async () => ((await copy(page.address())) ? 'Link copied' : page.address()),
    },
  ]
  return (
    <span ref={ref}>
      <MenuButton label={label} items={items} />
      {table !== null && (
        <TableDialog
          table={table}
          close={() => {
            setTable(null)
          }}
        />
      )}
    </span>
  )
}
