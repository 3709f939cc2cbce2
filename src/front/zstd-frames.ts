import { HeadrigError } from '../core/errors.js'

/**
 * Largest window that a frame may ask to be held in memory. In a larger one distances can take more than the 25 bits that
 * fzstd reads at once: it would give wrong bytes and say nothing.
 */
const WINDOW_BYTES = (64 << 20) - 4
/** RFC 8878: what a block may hold. */
const BLOCK_BYTES = 128 << 10

/** Follows the frames and blocks of a zstd stream to see what they ask for before anything is inflated. */
export class ZstdFrames {
  #held: Uint8Array = new Uint8Array(0)
  #skip = 0
  #inFrame = false
  #checksum = 0

  /** What is wrong with the stream: a window or a block larger than it may be, or no frame at all. */
  failure: HeadrigError | undefined

  /** How many of the next bytes may be inflated: all of them, or those before the failure. */
  follow(bytes: Uint8Array): number {
    const before = this.#held.length
    const data = before > 0 ? Buffer.concat([this.#held, bytes]) : bytes
    let at = 0
    while (!this.failure) {
      const skipped = Math.min(this.#skip, data.length - at)
      at += skipped
      this.#skip -= skipped
      if (this.#skip > 0) break
      const used = this.#inFrame ? this.#block(data, at) : this.#frame(data, at)
      if (used === 0) break
      at += used
    }
    this.#held = data.slice(at)
    return this.failure ? Math.max(0, at - before) : bytes.length
  }

  /** Reads a frame's header; 0: it is not complete yet. */
  #frame(data: Uint8Array, at: number): number {
    if (data.length - at < 8) return 0
    const view = new DataView(data.buffer, data.byteOffset + at, data.length - at)
    const magic = view.getUint32(0, true)
    if (magic >>> 4 === 0x184d2a5) {
      this.#skip = view.getUint32(4, true)
      return 8
    }
    if (magic !== 0xfd2fb528) return this.#fail('bytes that are no zstd frame')
    const flags = view.getUint8(4)
    const single = (flags & 0x20) !== 0
    const dictionary = [0, 1, 2, 4][flags & 3] as number
    const size = [single ? 1 : 0, 2, 4, 8][flags >> 6] as number
    const length = 5 + (single ? 0 : 1) + dictionary + size
    if (view.byteLength < length) return 0
    const window = single ? sizeAt(view, length - size, size) : windowOf(view.getUint8(5))
    if (window > WINDOW_BYTES) {
      return this.#fail(
        `a zstd frame that asks for ${window} bytes of memory; recompress it without --long`,
      )
    }
    this.#inFrame = true
    this.#checksum = (flags & 4) !== 0 ? 4 : 0
    return length
  }

  #fail(message: string): number {
    this.failure = new HeadrigError('invalid', message)
    return 0
  }

  #block(data: Uint8Array, at: number): number {
    if (data.length - at < 3) return 0
    const [a, b, c] = data.subarray(at, at + 3) as unknown as [number, number, number]
    const size = (a >> 3) | (b << 5) | (c << 13)
    if (size > BLOCK_BYTES)
      return this.#fail(`a zstd block of ${size} bytes, where 131072 are the most`)
    const isRun = ((a >> 1) & 3) === 1
    this.#skip = isRun ? 1 : size
    if ((a & 1) === 1) {
      this.#skip += this.#checksum
      this.#inFrame = false
    }
    return 3
  }
}

function sizeAt(view: DataView, at: number, bytes: number): number {
  switch (bytes) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at, true) + 256
    case 4:
      return view.getUint32(at, true)
    default:
      return Number(view.getBigUint64(at, true))
  }
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3))
  return base + (base / 8) * (byte & 7)
}
