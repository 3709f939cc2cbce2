import { createReadStream, openSync, readFileSync, readSync, closeSync } from 'node:fs'
import { type ErrorKind, HeadrigError, isErrno, messageOf } from '../core/errors.js'
import type { LogFormat } from '../formats/format.js'
import { keyFacts } from '../formats/key-layout.js'
import { compressionOf, inflatePieces, inflateWhole } from './compression.js'
import { detectFormat, HEAD_BYTES } from './detect.js'
import type { Fingerprints } from './fingerprints.js'
import { type Sifted, sift } from './sift.js'
import { Scanner, type Reject, type ScannerLimits } from './scanner.js'
import { writeDataFiles, type ObjectFacts, type WrittenFile } from './parquet/data-file.js'
import { toUtf8, Utf8Pieces } from './text.js'

/** One object as a reader gets it: in place, or its bytes as stored. */
export interface ReadTask {
  /** Within the batch. */
  readonly index: number
  readonly uri: string
  readonly key: string
  readonly size: number
  readonly path?: string
  readonly bytes?: Uint8Array
}

/** What became of one object. */
export interface ReadOutcome {
  readonly index: number
  readonly format: string | null
  /** Copies of other records included. */
  readonly rows: number
  readonly rejected: number
  /** `parquet`: this reader cannot, the engine must; `portable`: the native one cannot, the portable one must. */
  readonly state: 'done' | 'skipped' | 'failed' | 'parquet' | 'portable'
  readonly error?: string
  readonly failure?: ErrorKind
  /** Why its log type was chosen. */
  readonly reason?: string
  /** Size of the text behind compression, bytes. */
  readonly textBytes: number
}

export interface ReaderOptions {
  readonly formats: readonly LogFormat[]
  /** Undefined: by detection. */
  readonly format?: LogFormat
  readonly fields?: readonly string[]
  /** Given: records that the batch has already are left out. */
  readonly batch?: { readonly fingerprints: Fingerprints; readonly key: Uint8Array }
  readonly folder: string
  readonly limits: ScannerLimits
  readonly ingestedAt: Date
  /** What the files say wrote them. */
  readonly createdBy: string
  readonly onWritten: (file: WrittenFile) => void
  /** Told of what is left out before the files of the rest come. */
  readonly onSifted?: (format: LogFormat, sifted: Sifted) => void
  readonly onRejects: (
    task: ReadTask,
    format: LogFormat | undefined,
    rejects: readonly Reject[],
  ) => void
}

/** Objects up to this size, as stored, are read at once. */
const WHOLE_BYTES = 16 << 20

/** Reads objects into data files; one after another, never two at once. `loadZstd` comes first. */
export class ObjectReader {
  readonly #options: ReaderOptions
  readonly #scanners = new Map<string, Scanner>()
  readonly #facts = new Map<number, ObjectFacts>()
  #likely: LogFormat | undefined
  #reason = ''
  /** The folder cannot be written to: rows of objects that were read before may be lost, so that the batch is. */
  #fault: Error | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /**
   * Faults of the object are in the outcome.
   * @throws what writing to the batch's folder threw: the batch ends with its first fault
   */
  async read(task: ReadTask): Promise<ReadOutcome> {
    if (this.#fault) throw this.#fault
    try {
      if (task.size > WHOLE_BYTES && task.path !== undefined)
        return await this.#readPieces(task, fileStart(task.path))
      const bytes = task.bytes ?? readFileSync(task.path as string)
      return await this.#readWhole(task, bytes)
    } catch (error) {
      if (this.#fault) throw this.#fault
      return {
        ...NOTHING,
        index: task.index,
        state: 'failed',
        error: messageOf(error),
        failure: failureOf(error),
      }
    }
  }

  /** Writes what is held of every format. */
  flush(): void {
    for (const scanner of this.#scanners.values()) scanner.flush()
    this.#facts.clear()
  }

  async #readWhole(task: ReadTask, stored: Uint8Array): Promise<ReadOutcome> {
    const compression = compressionOf(stored)
    const limit = this.#options.limits.arenaBytes / 4
    if (compression === 'none' && stored.length <= limit) return this.#scanWhole(task, stored)
    if (compression === 'gzip') {
      let text: Uint8Array | undefined
      try {
        text = inflateWhole(stored, limit)
      } catch {
        // Corrupt somewhere: the piecewise way saves what comes before.
      }
      if (text) return this.#scanWhole(task, text)
    }
    return this.#readPieces(task, stored)
  }

  #scanWhole(task: ReadTask, raw: Uint8Array): ReadOutcome {
    const { bytes, note } = toUtf8(raw)
    const start = this.#start(task, bytes)
    if (!(start instanceof Scanner)) return start
    if (bytes.length > 0) start.write(bytes, true)
    return this.#finish(task, start, bytes.length, note)
  }

  async #readPieces(task: ReadTask, head: Uint8Array): Promise<ReadOutcome> {
    const open = (): AsyncIterable<Uint8Array> =>
      task.bytes
        ? single(task.bytes)
        : createReadStream(task.path as string, { highWaterMark: 1 << 20 })
    const text = new Utf8Pieces()
    let scanner: Scanner | undefined
    /** The text until there is enough of it to tell its format. */
    let held: Uint8Array = new Uint8Array(0)
    let total = 0
    try {
      for await (const piece of inflatePieces(compressionOf(head), open)) {
        total += piece.length
        const bytes = text.write(piece, false)
        if (scanner) {
          scanner.write(bytes, false)
          continue
        }
        held = held.length > 0 ? Buffer.concat([held, bytes]) : bytes.slice()
        if (held.length < HEAD_BYTES) continue
        const start = this.#start(task, held)
        if (!(start instanceof Scanner)) return start
        scanner = start
        scanner.write(held, false)
      }
    } catch (error) {
      if (!(error instanceof HeadrigError)) throw error
      return this.#endBroken(
        task,
        scanner,
        Buffer.concat([scanner ? EMPTY : held, text.write(EMPTY, true)]),
        total,
        error.message,
      )
    }
    const last = Buffer.concat([scanner ? EMPTY : held, text.write(EMPTY, true)])
    if (scanner === undefined) {
      const start = this.#start(task, last)
      if (!(start instanceof Scanner)) return start
      scanner = start
    }
    scanner.write(last, true)
    return this.#finish(task, scanner, total, text.note)
  }

  /** What was read of an object before its bytes turned out broken stays; a reject says why there is no more. */
  #endBroken(
    task: ReadTask,
    started: Scanner | undefined,
    last: Uint8Array,
    textBytes: number,
    reason: string,
  ): ReadOutcome {
    const start = started ?? (last.length > 0 ? this.#start(task, last) : undefined)
    if (start instanceof Scanner) {
      start.write(last, true)
      start.rejectObject(reason)
      return this.#finish(task, start, textBytes, reason)
    }
    if (start && start.rejected > 0) return { ...start, error: reason }
    const raw = Buffer.from(last).toString('utf8', 0, HEAD_BYTES)
    this.#reject(task, this.#options.format, [{ row: 0, reason, raw }])
    return { ...NOTHING, index: task.index, rejected: 1, state: 'done', error: reason, textBytes }
  }

  /** Finds the format and its scanner; an outcome when there is nothing to scan. */
  #start(task: ReadTask, text: Uint8Array): Scanner | ReadOutcome {
    const nothing = { ...NOTHING, index: task.index, textBytes: text.length }
    if (text.length === 0) return { ...nothing, state: 'skipped', error: 'the object is empty' }
    const probe = {
      key: task.key,
      head: Buffer.from(text.buffer, text.byteOffset, Math.min(text.length, HEAD_BYTES)).toString(
        'utf8',
      ),
    }
    const { format: asked, formats } = this.#options
    const verdict = detectFormat(asked ? [asked] : formats, probe, asked ?? this.#likely)
    if (verdict.kind === 'skip')
      return { ...nothing, format: verdict.format.id, state: 'skipped', error: verdict.reason }
    const format = asked ?? (verdict.kind === 'format' ? verdict.format : undefined)
    this.#reason = asked ? 'it was asked for' : verdict.reason
    if (!format) {
      const reason = verdict.reason
      this.#reject(task, undefined, [{ row: 0, reason, raw: probe.head }])
      return { ...nothing, rejected: 1, state: 'done', error: `${reason}; name one with --format` }
    }
    this.#likely = format
    if (probe.head.startsWith('PAR1')) return { ...nothing, format: format.id, state: 'parquet' }
    const facts = keyFacts(format.keyLayout, task.key)
    this.#facts.set(task.index, {
      uri: task.uri,
      account: facts.account ?? null,
      region: facts.region ?? null,
    })
    const scanner = this.#scanner(format)
    scanner.begin(
      task.index,
      (rejects) => this.#reject(task, format, rejects),
      this.#options.fields,
    )
    return scanner
  }

  #finish(
    task: ReadTask,
    scanner: Scanner,
    textBytes: number,
    note: string | undefined,
  ): ReadOutcome {
    return {
      index: task.index,
      format: scanner.format.id,
      rows: scanner.objectRows,
      rejected: scanner.endRejects(),
      reason: this.#reason,
      state: 'done',
      ...(note === undefined ? {} : { error: note }),
      textBytes,
    }
  }

  #scanner(format: LogFormat): Scanner {
    let scanner = this.#scanners.get(format.id)
    if (!scanner) {
      const { limits, batch } = this.#options
      scanner = new Scanner(format, { ...limits, ...(batch ? { printKey: batch.key } : {}) }, (s) =>
        this.#write(s),
      )
      this.#scanners.set(format.id, scanner)
    }
    return scanner
  }

  #reject(...args: Parameters<ReaderOptions['onRejects']>): void {
    this.#orFault(() => this.#options.onRejects(...args))
  }

  #write(scanner: Scanner): void {
    const { folder, ingestedAt, createdBy, batch, onSifted, onWritten } = this.#options
    const facts = (object: number): ObjectFacts => this.#facts.get(object) ?? NO_FACTS
    const options = { folder, facts, ingestedAt, createdBy }
    this.#orFault(() => {
      const sifted = batch ? sift(scanner, batch.fingerprints) : undefined
      if (sifted) onSifted?.(scanner.format, sifted)
      for (const file of writeDataFiles(scanner, options, sifted?.again)) onWritten(file)
    })
  }

  #orFault(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#fault ??= error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }
}

function failureOf(error: unknown): ErrorKind {
  if (error instanceof HeadrigError) return error.kind
  if (isErrno(error, 'EACCES') || isErrno(error, 'EPERM')) return 'forbidden'
  return isErrno(error, 'ENOENT') || isErrno(error, 'EISDIR') ? 'not-found' : 'unavailable'
}

const EMPTY = new Uint8Array(0)
const NO_FACTS: ObjectFacts = { uri: '', account: null, region: null }
const NOTHING = { format: null, rows: 0, rejected: 0, textBytes: 0 } as const

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20))
}

/** The first bytes of a file: enough to know its compression. */
function fileStart(path: string): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(16)
    return bytes.subarray(0, readSync(fd, bytes, 0, 16, 0))
  } finally {
    closeSync(fd)
  }
}
