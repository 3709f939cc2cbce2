import { isUtf8 } from 'node:buffer'

/** What had to be done to an object's bytes before they could be read as UTF-8. */
export interface Utf8Text {
  readonly bytes: Uint8Array
  /** Undefined when nothing had to be done. */
  readonly note?: string
}

/** Drops a byte-order mark, decodes UTF-16, and replaces what is no UTF-8 by U+FFFD. */
export function toUtf8(bytes: Uint8Array): Utf8Text {
  const [a, b, c] = bytes
  if (a === 0xff && b === 0xfe)
    return { bytes: recode(bytes.subarray(2), 'utf-16le'), note: 'decoded from UTF-16' }
  if (a === 0xfe && b === 0xff)
    return { bytes: recode(bytes.subarray(2), 'utf-16be'), note: 'decoded from UTF-16' }
  const plain = a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes
  if (isUtf8(plain)) return { bytes: plain }
  return { bytes: recode(plain, 'utf-8'), note: 'bytes that are no UTF-8 were replaced by U+FFFD' }
}

/** Length of the part that ends with a whole character: the rest belongs to the next piece. */
export function wholeCharacters(bytes: Uint8Array): number {
  let at = bytes.length
  for (let back = 0; at > 0 && back < 4; back++) {
    const byte = bytes[--at] as number
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return bytes.length - at >= need ? bytes.length : at
    }
  }
  return bytes.length
}

function recode(bytes: Uint8Array, encoding: string): Uint8Array {
  return Buffer.from(new TextDecoder(encoding).decode(bytes))
}
