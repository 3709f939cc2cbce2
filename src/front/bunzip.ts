/** Held before a block is read: the longest is 900 kB, hardly more when it did not compress. */
const AHEAD_BYTES = 2 << 20

/** Inflates bzip2, stream after stream and block by block; each block is checked before it is given. */
export async function* bunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: Bunzip } = await import('seek-bzip')
  const input = new ByteQueue()
  const output = new BlockSink()
  const pieces = source[Symbol.asyncIterator]()
  const fill = async (): Promise<void> => {
    while (input.length < AHEAD_BYTES) {
      const next = await pieces.next()
      if (next.done === true) return
      input.push(next.value)
    }
  }
  try {
    await fill()
    const stream = new Bunzip(input, output)
    for (;;) {
      if (stream._init_block()) {
        stream._read_bunzip()
        yield* output.take()
      } else {
        if (stream.reader.read(32) >>> 0 !== stream.streamCRC) throw new Error('bad stream CRC')
        await fill()
        if (input.length === 0) return
        stream._start_bunzip(input, output)
      }
      await fill()
    }
  } finally {
    await pieces.return?.()
  }
}

/** What seek-bzip reads from. */
class ByteQueue {
  #pieces: Uint8Array[] = []
  #at = 0
  length = 0

  push(piece: Uint8Array): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.length += piece.length
  }
  readByte(): number {
    const [piece] = this.#pieces
    if (piece === undefined) throw new Error('unexpected end of data')
    const byte = piece[this.#at++] as number
    this.length--
    if (this.#at === piece.length) {
      this.#pieces.shift()
      this.#at = 0
    }
    return byte
  }
  read(into: Uint8Array, at: number, count: number): number {
    const most = Math.min(count, this.length)
    for (let i = 0; i < most; i++) into[at + i] = this.readByte()
    return most
  }
}

/** What seek-bzip writes to, byte by byte. */
class BlockSink {
  #done: Uint8Array[] = []
  #piece = new Uint8Array(1 << 20)
  #at = 0

  writeByte(byte: number): void {
    if (this.#at === this.#piece.length) {
      this.#done.push(this.#piece)
      this.#piece = new Uint8Array(1 << 20)
      this.#at = 0
    }
    this.#piece[this.#at++] = byte
  }
  take(): Uint8Array[] {
    const pieces = this.#at > 0 ? [...this.#done, this.#piece.slice(0, this.#at)] : this.#done
    this.#done = []
    this.#at = 0
    return pieces
  }
}
