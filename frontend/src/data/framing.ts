/** An answer of `series` or `distributions`: a JSON header and numeric arrays. */
export interface Framed<H> {
  readonly header: H
  readonly arrays: readonly NumericArray[]
}

export type NumericArray = Float32Array | Float64Array

interface ArrayInfo {
  readonly dtype: string
  readonly shape: readonly number[]
}

const LENGTH_BYTES = 4
const ALIGNMENT = 8

/** Decodes the framing described in tb_wdnorm/serve/http_api.md; throws if bytes are missing. */
export function decodeFramed<H>(buffer: ArrayBuffer): Framed<H> {
  const headerBytes =
    buffer.byteLength < LENGTH_BYTES ? Infinity : new DataView(buffer).getUint32(0, true)
  if (LENGTH_BYTES + headerBytes > buffer.byteLength) {
    throw new Error(`The answer ends within its header, after ${buffer.byteLength} bytes.`)
  }
  const text = new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, headerBytes))
  const header = JSON.parse(text) as H & { readonly arrays: readonly ArrayInfo[] }
  let offset = aligned(LENGTH_BYTES + headerBytes)
  const arrays = header.arrays.map((info) => {
    const array = emptyArray(info)
    if (offset + array.byteLength > buffer.byteLength) {
      throw new Error(`The answer ends within an array, after ${buffer.byteLength} bytes.`)
    }
    unshuffle(new Uint8Array(buffer, offset, array.byteLength), array)
    offset = aligned(offset + array.byteLength)
    return array
  })
  return { header, arrays }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT
}

function emptyArray({ dtype, shape }: ArrayInfo): NumericArray {
  const length = shape.reduce((product, size) => product * size, 1)
  if (dtype === 'float32') return new Float32Array(length)
  if (dtype === 'float64') return new Float64Array(length)
  throw new Error(`The answer holds an array of ${dtype}; float32 and float64 are known.`)
}

/** Puts bytes back together that were stored as all first bytes, all second bytes, and so on. */
function unshuffle(shuffled: Uint8Array, array: NumericArray): void {
  const bytes = new Uint8Array(array.buffer)
  const { length, BYTES_PER_ELEMENT: size } = array
  for (let byte = 0; byte < size; byte++) {
    const from = byte * length
    for (let i = 0; i < length; i++) bytes[i * size + byte] = shuffled[from + i] ?? 0
  }
}

/** The array at `index`, which must be of the given type. */
export function arrayAt<T extends NumericArray>(
  { arrays }: Framed<unknown>,
  index: number,
  type: new (length: number) => T,
): T {
  const array = arrays[index]
  if (array instanceof type) return array
  throw new Error(`Array ${index} of the answer is not the ${type.name} it should be.`)
}
