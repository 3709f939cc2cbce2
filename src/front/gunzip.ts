import { createGunzip, type Gunzip } from 'node:zlib'

/** Bytes given to zlib at a time; after a fault in one, what it held before is looked for in smaller steps. */
const STEPS = [32_768, 1024, 16]

/**
 * Inflates gzip, member after member. A step in which zlib finds a fault gives nothing, so the stream is
 * then read again from its start, in smaller steps, for what lies between.
 */
export async function* gunzipped(
  open: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let given = 0
  let good = 0
  let failure: Error | undefined
  for (const step of STEPS) {
    const feed = new Feed()
    let made = 0
    let fed = 0
    const fresh = function* (pieces: readonly Uint8Array[]): Generator<Uint8Array> {
      for (const piece of pieces) {
        const news = piece.subarray(Math.max(0, given - made))
        made += piece.length
        if (news.length === 0) continue
        given = made
        yield news
      }
    }
    try {
      for await (const piece of steps(open(), good, step)) {
        yield* fresh(await feed.write(piece))
        if (feed.failed) break
        fed += piece.length
      }
      if (!feed.failed) {
        yield* fresh(await feed.end())
        // All of the input went in: looking closer would not find more.
        if (feed.failed) throw feed.failed
        return
      }
      failure = feed.failed
      good = fed
    } finally {
      feed.close()
    }
  }
  if (failure) throw failure
}

/** Cuts pieces: long ones up to `good`, then of `step` bytes. */
async function* steps(
  source: AsyncIterable<Uint8Array>,
  good: number,
  step: number,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const piece of source) {
    for (let from = 0; from < piece.length;) {
      const size = at < good ? Math.min(STEPS[0] as number, good - at) : step
      const part = piece.subarray(from, from + size)
      yield part
      from += part.length
      at += part.length
    }
  }
}

/** zlib's stream, one write at a time: a stream that breaks forgets what nobody had fetched yet. */
class Feed {
  readonly #stream: Gunzip
  #ready: Uint8Array[] = []
  #wake: () => void = () => {}
  #closed = false
  failed: Error | undefined

  constructor() {
    this.#stream = createGunzip({ chunkSize: 1 << 18 })
    this.#stream.on('data', (piece: Uint8Array) => this.#ready.push(piece))
    this.#stream.on('error', (error) => (this.failed = error))
    this.#stream.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** What the bytes inflate to. */
  async write(bytes: Uint8Array): Promise<Uint8Array[]> {
    if (!this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.#stream.write(bytes, () => resolve())
      })
    }
    return this.#take()
  }

  async end(): Promise<Uint8Array[]> {
    if (!this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.#stream.end()
      })
    }
    return this.#take()
  }

  close(): void {
    this.#stream.destroy()
  }

  #take(): Uint8Array[] {
    const pieces = this.#ready
    this.#ready = []
    return pieces
  }
}
