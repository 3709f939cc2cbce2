import { gunzipSync } from 'node:zlib'
import { HeadrigError, messageOf } from '../core/errors.js'
import { bunzipped } from './bunzip.js'
import { gunzipped } from './gunzip.js'
import { unzstd } from './unzstd.js'

export type Compression = 'gzip' | 'zstd' | 'bzip2' | 'none'

/** By the first bytes; names lie. */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  if (a === 0x42 && b === 0x5a && c === 0x68 && d !== undefined && d >= 0x31 && d <= 0x39)
    return 'bzip2'
  return 'none'
}

/** A stream that grows beyond this, and by more than the ratio, is taken for a bomb. */
const BOMB_BYTES = 256 * 1024 * 1024
const BOMB_RATIO = 200

/** Inflates in one call; undefined when the result is larger than `limit` bytes. */
export function inflateWhole(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  // RFC 1952: the last four bytes are the size modulo 2^32, of the last member only: a hint.
  const tail = bytes.subarray(bytes.length - 4)
  const hint = tail.length === 4 ? Buffer.from(tail).readUInt32LE() : 0
  if (hint > limit) return undefined
  try {
    return gunzipSync(bytes, { chunkSize: Math.max(hint + 64, 4096), maxOutputLength: limit })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}

/**
 * Decompresses piece by piece. What could be read before a fault is yielded before it is thrown. `open`
 * gives the stored bytes from their start; it may be asked for them again. What it throws is passed on.
 * @throws HeadrigError invalid: corrupt data, or a bomb
 */
export async function* inflatePieces(
  compression: Compression,
  open: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let read = 0
  let given = 0
  let unread: { readonly error: unknown } | undefined
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    let at = 0
    try {
      for await (const piece of open()) {
        at += piece.length
        read = Math.max(read, at)
        yield piece
      }
    } catch (error) {
      unread = { error }
      throw error
    }
  }
  try {
    for await (const piece of decoder(compression, counted)) {
      given += piece.length
      yield piece
      if (given > BOMB_BYTES && given > read * BOMB_RATIO) {
        throw new HeadrigError(
          'invalid',
          `stopped after ${given} bytes: the object grows more than ${BOMB_RATIO} times its size, like a decompression bomb`,
        )
      }
    }
  } catch (error) {
    if (unread) throw unread.error
    if (error instanceof HeadrigError) throw error
    throw new HeadrigError(
      'invalid',
      `corrupt ${compression} data near byte ${read}: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function decoder(
  compression: Compression,
  open: () => AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'gzip':
      return gunzipped(open)
    case 'zstd':
      return unzstd(open())
    case 'bzip2':
      return bunzipped(open())
    case 'none':
      return open()
  }
}
