import type { NumericArray } from '../../src/data/framing'

/** Encodes as tb_wdnorm/serve/http_api.md says, for the decoder's tests. */
export function framed(header: object, arrays: readonly NumericArray[]): ArrayBuffer {
  const infos = arrays.map((array) => ({
    dtype: array instanceof Float32Array ? 'float32' : 'float64',
    shape: [array.length],
  }))
  const json = JSON.stringify({ ...header, arrays: infos })
  const text = new TextEncoder().encode(json)
  const start = Math.ceil((4 + text.length) / 8) * 8
  const bytes: number[] = [...new Uint8Array(Uint32Array.of(start - 4).buffer), ...text]
  while (bytes.length < start) bytes.push(0x20)
  for (const array of arrays) {
    const plain = new Uint8Array(array.buffer)
    for (let byte = 0; byte < array.BYTES_PER_ELEMENT; byte++) {
      for (let i = 0; i < array.length; i++) {
        bytes.push(plain[i * array.BYTES_PER_ELEMENT + byte] ?? 0)
      }
    }
    while (bytes.length % 8 !== 0) bytes.push(0)
  }
  return Uint8Array.from(bytes).buffer
}
