import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

// People watch long trainings over slow links: the page must arrive at once.
const LIMIT_BYTES = 50 * 1024

const folder = new URL('../tb_wdnorm/serve/static/', import.meta.url).pathname
for (const name of readdirSync(folder)) {
  const size = gzipSync(readFileSync(folder + name)).length
  const isPage = name.startsWith('index-')
  const remark = isPage ? `${String(LIMIT_BYTES)} allowed` : 'fetched when it is first wanted'
  console.log(`${name}: ${String(size)} bytes gzipped, ${remark}`)
  if (isPage && size > LIMIT_BYTES) process.exitCode = 1
}
