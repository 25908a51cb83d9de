import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

// People watch long trainings over slow links: the page must arrive at once.
const LIMIT_BYTES = 50 * 1024

const bundle = new URL('../tb_wdnorm/serve/static/index.js', import.meta.url)
const size = gzipSync(readFileSync(bundle)).length
console.log(`index.js: ${String(size)} bytes gzipped, ${String(LIMIT_BYTES)} allowed`)
if (size > LIMIT_BYTES) process.exitCode = 1
