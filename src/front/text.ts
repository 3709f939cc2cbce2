import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'

/** What had to be done to an object's bytes before they could be read as UTF-8. */
export interface Utf8Text {
  readonly bytes: Uint8Array
  /** Undefined when nothing had to be done. */
  readonly note?: string
}

const FROM_UTF16 = 'decoded from UTF-16'

/** Drops a byte-order mark, decodes UTF-16, and replaces what is no UTF-8 by U+FFFD. */
export function toUtf8(bytes: Uint8Array): Utf8Text {
  const encoding = utf16Of(bytes)
  if (encoding === undefined) return asUtf8(withoutMark(bytes))
  return { bytes: recode(bytes.subarray(2), encoding), note: FROM_UTF16 }
}

function asUtf8(bytes: Uint8Array): Utf8Text {
  if (isUtf8(bytes)) return { bytes }
  return { bytes: recode(bytes, 'utf-8'), note: 'bytes that are no UTF-8 were replaced by U+FFFD' }
}

function utf16Of([a, b]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const [a, b, c] = bytes
  return a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes
}

/** `toUtf8` of a text that comes in pieces, whatever characters they cut. */
export class Utf8Pieces {
  #rest: Uint8Array = new Uint8Array(0)
  #utf16: TextDecoder | undefined
  #started = false
  #note: string | undefined

  /** What had to be done so far; undefined when nothing had. */
  get note(): string | undefined {
    return this.#note
  }

  /** The whole characters so far that were not given yet; with `final`, all that is left. */
  write(piece: Uint8Array, final: boolean): Uint8Array {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    this.#rest = new Uint8Array(0)
    if (!this.#started) {
      // The mark at the start is three bytes long at most.
      if (bytes.length < 3 && !final) {
        this.#rest = bytes.slice()
        return this.#rest.subarray(0, 0)
      }
      this.#started = true
      const encoding = utf16Of(bytes)
      if (encoding === undefined) return this.#utf8(withoutMark(bytes), final)
      this.#utf16 = new TextDecoder(encoding)
      this.#note = FROM_UTF16
    }
    return this.#utf16
      ? Buffer.from(this.#utf16.decode(bytes, { stream: !final }))
      : this.#utf8(bytes, final)
  }

  #utf8(bytes: Uint8Array, final: boolean): Uint8Array {
    const whole = final ? bytes.length : wholeCharacters(bytes)
    this.#rest = bytes.slice(whole)
    const { bytes: text, note } = asUtf8(bytes.subarray(0, whole))
    this.#note ??= note
    return text
  }
}

/** Length of the part that ends with a whole character: the rest belongs to the next piece. */
function wholeCharacters(bytes: Uint8Array): number {
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
  return Buffer.from(new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes))
}
