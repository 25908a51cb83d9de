import { describe, expect, it } from 'vitest'

import { arrayAt, decodeFramed } from '../../src/data/framing'
import { framed } from './framed'

/** `{"arrays":[{"dtype":"float32","shape":[2]}]}`, then 1.5 and -2, byte by byte. */
function byHand(): ArrayBuffer {
  const json = '{"arrays":[{"dtype":"float32","shape":[2]}]}'
  const text = json.padEnd(Math.ceil((4 + json.length) / 8) * 8 - 4)
  // 1.5 is 00 00 c0 3f and -2 is 00 00 00 c0, little-endian.
  const body = [0, 0, 0, 0, 0xc0, 0, 0x3f, 0xc0]
  return Uint8Array.from([text.length, 0, 0, 0, ...new TextEncoder().encode(text), ...body]).buffer
}

describe('decodeFramed', () => {
  it('puts shuffled bytes back together', () => {
    expect(decodeFramed(byHand()).arrays).toEqual([Float32Array.of(1.5, -2)])
  })

  it('keeps float64 exact and NaN and infinity what they are', () => {
    const arrays = [
      Float64Array.of(0.1, 2 ** 53, NaN),
      Float32Array.of(Infinity, NaN, -Infinity),
      Float64Array.of(7),
    ]
    expect(decodeFramed(framed({}, arrays)).arrays).toEqual(arrays)
  })

  it('reads an empty array', () => {
    const arrays = [new Float32Array(0), Float32Array.of(3)]
    expect(decodeFramed(framed({}, arrays)).arrays).toEqual(arrays)
  })

  it('gives the header with names beyond ASCII', () => {
    expect(decodeFramed<{ name: string }>(framed({ name: 'größe' }, [])).header.name).toBe('größe')
  })

  it('says where a cut answer ends', () => {
    expect(() => decodeFramed(byHand().slice(0, 2))).toThrow(
      'The answer ends within its header, after 2 bytes.',
    )
    expect(() => decodeFramed(byHand().slice(0, -1))).toThrow(
      'The answer ends within an array, after 55 bytes.',
    )
  })

  it('refuses a type it does not know', () => {
    const text = '{"arrays":[{"dtype":"int8","shape":[1]}]}   '
    const buffer = Uint8Array.from([44, 0, 0, 0, ...new TextEncoder().encode(text)]).buffer
    expect(() => decodeFramed(buffer)).toThrow(
      'The answer holds an array of int8; float32 and float64 are known.',
    )
  })
})

describe('arrayAt', () => {
  it('refuses an array of another type', () => {
    const answer = decodeFramed(byHand())
    expect(arrayAt(answer, 0, Float32Array)).toEqual(Float32Array.of(1.5, -2))
    expect(() => arrayAt(answer, 0, Float64Array)).toThrow(
      'Array 0 of the answer is not the Float64Array it should be.',
    )
  })
})
