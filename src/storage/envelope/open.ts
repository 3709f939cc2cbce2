import { createDecipheriv } from 'node:crypto'
import type { Kms } from '../kms.js'
import {
  ALGORITHM,
  authenticated,
  damaged,
  fileKey,
  LONGEST_HEAD,
  MAGIC,
  nonce,
  PIECE,
  readHead,
  TAG,
} from './format.js'

const PREFIX = MAGIC.length + 4

/**
 * Gives back what `sealing` made, piece by piece; each is let through once it is known to be whole.
 * @param label the one that it was sealed with
 * @throws HeadrigError `invalid` for bytes that were changed, cut off or are of another file: also after some pieces,
 * so nothing may be believed before the end
 * @example for await (const piece of opened(createReadStream(path), kms, 's-1/stdout')) …
 */
export async function* opened(
  source: AsyncIterable<Uint8Array>,
  kms: Pick<Kms, 'open'>,
  label: string,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = new Reader(source)
  const prefix = await bytes.take(PREFIX)
  if (prefix.length < PREFIX || !prefix.subarray(0, MAGIC.length).equals(MAGIC))
    throw damaged('it does not begin as a sealed file')
  const length = prefix.readUInt32BE(MAGIC.length)
  if (length > LONGEST_HEAD) throw damaged('its head is too long')
  const headBytes = await bytes.take(length)
  const head = readHead(headBytes)
  const dataKey = await kms.open(Buffer.from(head.key, 'base64'), head.context)
  const key = fileKey(dataKey, Buffer.from(head.salt, 'base64'))
  dataKey.fill(0)
  const covered = authenticated(headBytes, label)
  try {
    for (let count = 0; ; count++) {
      const piece = await bytes.take(PIECE + TAG)
      const isLast = await bytes.isOver()
      yield openPiece(piece, key, nonce(count, isLast), covered)
      if (isLast) return
    }
  } finally {
    key.fill(0)
  }
}

function openPiece(piece: Buffer, key: Buffer, iv: Buffer, covered: Buffer): Buffer {
  if (piece.length < TAG) throw damaged('its end is missing')
  const end = piece.length - TAG
  const decipher = createDecipheriv(ALGORITHM, key, iv)
    .setAAD(covered)
    .setAuthTag(piece.subarray(end))
  try {
    return Buffer.concat([decipher.update(piece.subarray(0, end)), decipher.final()])
  } catch {
    throw damaged('it was changed, cut off, or is of another file')
  }
}

/** Takes bytes off a stream by count. */
class Reader {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)
  #isOver = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Fewer at the end. */
  async take(count: number): Promise<Buffer> {
    const parts = [this.#held]
    let size = this.#held.length
    while (size < count && !this.#isOver) {
      const { done, value } = await this.#source.next()
      if (done === true) this.#isOver = true
      else {
        parts.push(Buffer.from(value))
        size += value.length
      }
    }
    const all = Buffer.concat(parts)
    this.#held = all.subarray(count)
    return all.subarray(0, count)
  }

  async isOver(): Promise<boolean> {
    while (this.#held.length === 0 && !this.#isOver) {
      const { done, value } = await this.#source.next()
      if (done === true) this.#isOver = true
      else this.#held = Buffer.from(value)
    }
    return this.#held.length === 0
  }
}
