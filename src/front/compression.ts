import { createGunzip, gunzipSync } from 'node:zlib'
import { HeadrigError, messageOf } from '../core/errors.js'

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
 * Decompresses piece by piece. What could be read before a fault is yielded before it is thrown.
 * @throws HeadrigError invalid: corrupt data, or a bomb
 */
export async function* inflatePieces(
  compression: Compression,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let read = 0
  let given = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      read += piece.length
      yield piece
    }
  }
  try {
    for await (const piece of decoder(compression, counted())) {
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
  source: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'gzip':
      return gunzipped(source)
    case 'zstd':
      return unzstd(source)
    case 'bzip2':
      return bunzipped(source)
    case 'none':
      return source
  }
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1 << 20 })
  let failed: unknown
  const pump = (async () => {
    try {
      for await (const piece of source) {
        if (!gunzip.write(piece))
          await new Promise<void>((resolve) => gunzip.once('drain', resolve).once('close', resolve))
        if (gunzip.destroyed) return
      }
      gunzip.end()
    } catch (error) {
      failed = error
      gunzip.destroy(error as Error)
    }
  })()
  try {
    for await (const piece of gunzip) yield piece as Buffer
  } finally {
    gunzip.destroy()
    await pump
  }
  if (failed) throw failed
}

async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const stream = new Decompress((piece) => void ready.push(piece))
  const drain = function* (): Generator<Uint8Array> {
    const pieces = ready
    ready = []
    for (const piece of pieces) if (piece.length > 0) yield piece
  }
  for await (const piece of source) {
    for (let at = 0; at < piece.length; at += 65_536) {
      stream.push(piece.subarray(at, at + 65_536))
      yield* drain()
    }
  }
  stream.push(new Uint8Array(0), true)
  yield* drain()
}

/** bzip2 comes whole: its blocks are not byte-aligned, and logs in it are rare. */
async function* bunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: Bunzip } = await import('seek-bzip')
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  const input = Buffer.concat(pieces)
  const output = new PieceSink(Math.max(BOMB_BYTES, input.length * BOMB_RATIO))
  Bunzip.decode(input, output, true)
  yield* output.pieces()
}

/** What seek-bzip writes to, byte by byte. */
class PieceSink {
  readonly #limit: number
  #done: Uint8Array[] = []
  #piece = new Uint8Array(1 << 20)
  #at = 0
  #total = 0

  constructor(limit: number) {
    this.#limit = limit
  }
  writeByte(byte: number): void {
    if (this.#at === this.#piece.length) {
      this.#done.push(this.#piece)
      this.#piece = new Uint8Array(1 << 20)
      this.#at = 0
      this.#total += 1 << 20
      if (this.#total > this.#limit)
        throw new HeadrigError(
          'invalid',
          `stopped after ${this.#total} bytes: like a decompression bomb`,
        )
    }
    this.#piece[this.#at++] = byte
  }
  flush(): void {}
  pieces(): Uint8Array[] {
    return [...this.#done, this.#piece.subarray(0, this.#at)]
  }
}
