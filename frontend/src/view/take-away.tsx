import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'

import type { View } from '../model/controls'
import type { KernelSet } from '../model/rows'
import { stacked } from '../model/table'
import type { Store } from '../store'
import { usePage, type Page } from './context'
import { copy, download } from './download'
import { MenuButton, type MenuItem } from './menu-button'
import { overviewBlocks } from './overview-blocks'
import { withEverything } from './visibility'

/** The menu to take away what is shown of a row. Around it must be an element `data-picture`. */
export function RowTakeAway({ row }: { readonly row: KernelSet }): JSX.Element {
  const page = usePage()
  return (
    <TakeAway
      label={`Take away ${row.name}`}
      name={() => `${row.name} ${page.store.controls.peek().view}`}
      page={page}
      once={(act) => act()}
      rows={() => [row]}
    />
  )
}

/** The menu to take away all of the current view, also what is not on the screen. */
export function ViewTakeAway(): JSX.Element {
  const page = usePage()
  const { store } = page
  const view = () => store.controls.peek().view
  return (
    <TakeAway
      label="Take away this view"
      name={() => `kernel norms ${view()}`}
      page={page}
      once={(act) => withEverything(store, act)}
      rows={() => rowsOf(store, view())}
    />
  )
}

function rowsOf(store: Store, view: View): readonly KernelSet[] {
  if (view === 'findings') return store.sections.value.flatMap(({ rows }) => rows)
  if (view !== 'overview') return store.rows.value
  return overviewBlocks(store).flatMap(({ rows }) => rows.map(({ row }) => row))
}

async function taken() {
  return import('./taken').catch(() => {
    throw new Error('TensorBoard does not answer.')
  })
}

interface Props {
  readonly label: string
  readonly name: () => string
  readonly page: Page
  /** Acts when all that is to be taken away is there and drawn. */
  readonly once: <T>(act: () => T) => T | Promise<Awaited<T>>
  readonly rows: () => readonly KernelSet[]
}

function TakeAway({ label, name, page: { store, address }, once, rows }: Props): JSX.Element {
  const ref = useRef<HTMLSpanElement>(null)
  const [dialog, setDialog] = useState<JSX.Element | null>(null)
  const table = async () => {
    const { ROW_TABLES } = await taken()
    return once(() => {
      const toTable = ROW_TABLES[store.controls.value.view]
      const tables = rows().flatMap((row) => toTable(store, row) ?? [])
      const trouble = store.trouble.value
      if (tables.length === 0 && trouble !== null) throw new Error(trouble.sentence)
      return stacked(tables.length === 1 ? (tables[0]?.caption ?? name()) : name(), tables)
    })
  }
  const save = async (extension: 'csv' | 'json', type: string) => {
    const { fileName, toCsv, toJson } = await taken()
    const file = fileName(name(), extension)
    const write = extension === 'csv' ? toCsv : toJson
    download(file, new Blob([write(await table())], { type }))
    return `Saved ${file}`
  }
  const items: readonly MenuItem[] = [
    {
      title: 'Show as table',
      act: async () => {
        const { TableDialog } = await taken()
        const close = () => {
          setDialog(null)
        }
        setDialog(<TableDialog table={await table()} close={close} />)
        return ''
      },
    },
    {
      title: 'Save as PNG',
      act: async () => {
        const element = ref.current?.closest('[data-picture]') ?? document.getElementById('view')
        if (element === null) throw new Error('There is nothing to take a picture of.')
        const { fileName, picture } = await taken()
        const file = fileName(name(), 'png')
        download(file, await once(() => picture(element, store)))
        return `Saved ${file}`
      },
    },
    { title: 'Save as CSV', act: () => save('csv', 'text/csv') },
    { title: 'Save as JSON', act: () => save('json', 'application/json') },
    {
      title: 'Copy link',
      act: async () => ((await copy(address())) ? 'Link copied' : address()),
    },
  ]
  return (
    <span ref={ref}>
      <MenuButton label={label} items={items} />
      {dialog}
    </span>
  )
}
