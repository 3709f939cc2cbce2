/** Header: a lock, the number of entries, whether all that came found a place. */
const HEADER_WORDS = 16
const LOCK = 0
const COUNT = 1
const PARTIAL = 2
const ENTRY_WORDS = 4
const SMALLEST = 1 << 16
/** Beyond this share of entries, places are too hard to find. */
const FULL = 13 / 16
/** Places looked at before a record is left to the engine: far more than chance can crowd. */
const PROBES = 1024

/** What is known of a record when it comes. */
export type Meeting = 'new' | 'again' | 'same-id'

/**
 * Bytes that the fingerprints of a batch need: an entry for every 4 stored bytes, within `mostBytes`. Compressed logs
 * have 20 and more to a record.
 */
export function fingerprintBytes(storedBytes: number, mostBytes: number): number {
  const wanted = Math.min(mostBytes, Math.ceil(storedBytes / 4) * 16)
  return HEADER_WORDS * 4 + Math.max(SMALLEST, wanted)
}

/**
 * The records of one batch, shared by its reading threads. An entry is half of the hash of the record's id, the other
 * half says where to look first, and 95 bits of the keyed fingerprint of its content.
 */
export class Fingerprints {
  readonly #words: Uint32Array
  readonly #lock: Int32Array
  readonly #places: number

  /** @param memory cleared, as large as `fingerprintBytes` says */
  constructor(memory: SharedArrayBuffer) {
    this.#lock = new Int32Array(memory, 0, HEADER_WORDS)
    this.#words = new Uint32Array(memory, HEADER_WORDS * 4)
    this.#places = Math.floor(this.#words.length / ENTRY_WORDS)
  }

  /** False: some records found no place, so that copies of them may have been missed. */
  get complete(): boolean {
    return Atomics.load(this.#lock, PARTIAL) === 0
  }

  get size(): number {
    return Atomics.load(this.#lock, COUNT)
  }

  /**
   * Adds records in order and says of each what was there before: the same content, only the same id, or
   * neither. No other thread adds any meanwhile.
   * @param ids two words for each record
   * @param prints four words for each record
   */
  add(
    count: number,
    ids: Uint32Array,
    prints: Uint32Array,
    met: (record: number, meeting: Meeting) => void,
  ): void {
    this.#acquire()
    try {
      for (let i = 0; i < count; i++) met(i, this.#place(ids, i * 2, prints, i * 4))
    } finally {
      this.#release()
    }
  }

  #place(ids: Uint32Array, id: number, prints: Uint32Array, print: number): Meeting {
    const words = this.#words
    const tag = ids[id] as number
    // An entry whose second word is 0 is free.
    const a = ((prints[print] as number) | 1) >>> 0
    const b = prints[print + 1] as number
    const c = prints[print + 2] as number
    let at = Math.floor(((ids[id + 1] as number) / 0x1_0000_0000) * this.#places)
    let meeting: Meeting = 'new'
    for (let probes = 0; probes < PROBES; probes++) {
      const entry = at * ENTRY_WORDS
      const held = words[entry + 1] as number
      if (held === 0) {
        const size = this.#lock[COUNT] as number
        if (size >= this.#places * FULL) break
        this.#lock[COUNT] = size + 1
        words[entry] = tag
        words[entry + 1] = a
        words[entry + 2] = b
        words[entry + 3] = c
        return meeting
      }
      if (words[entry] === tag) {
        if (held === a && words[entry + 2] === b && words[entry + 3] === c) return 'again'
        meeting = 'same-id'
      }
      at = at + 1 < this.#places ? at + 1 : 0
    }
    Atomics.store(this.#lock, PARTIAL, 1)
    return meeting
  }

  #acquire(): void {
    // 0: free, 1: held, 2: held, and others may be waiting.
    if (Atomics.compareExchange(this.#lock, LOCK, 0, 1) === 0) return
    while (Atomics.exchange(this.#lock, LOCK, 2) !== 0) Atomics.wait(this.#lock, LOCK, 2)
  }

  #release(): void {
    if (Atomics.exchange(this.#lock, LOCK, 0) === 2) Atomics.notify(this.#lock, LOCK, 1)
  }
}
