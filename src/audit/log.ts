import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, messageOf } from '../core/errors.js'
import { Reserve } from './reserve.js'
import { encodeLine } from './segment-line.js'
import { newSegment, parseSegmentFile, segmentFile, type SegmentName } from './segment-names.js'
import { SegmentWriter } from './segment-writer.js'

export interface LogOptions {
  /** Made with mode 0700. */
  readonly folder: string
  readonly clock: () => Date
  /** A segment is sealed when it has so many bytes; 5 MiB unless given. */
  readonly segmentBytes?: number
  /** Room that is kept for running calls when the disk is full; 4 MiB unless given. */
  readonly reserveBytes?: number
}

interface Waiting {
  readonly line: Buffer
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const MIB = 1024 * 1024
const PROBE_MS = 1000

/**
 * Records, each durable when `append` resolves. Many that wait are written with one fdatasync.
 * One process writes: whoever opens it holds the state's lock.
 * @example
 * const log = await AuditLog.open({ folder, clock })
 * await log.append(JSON.stringify(record))
 */
export class AuditLog {
  readonly folder: string
  readonly #clock: () => Date
  readonly #segmentBytes: number
  readonly #reserve: Reserve
  #sequence: number
  #writer: SegmentWriter | undefined
  #waiting: Waiting[] = []
  /** Changes in the same turn as `#waiting` is found empty, so that nobody is forgotten. */
  #busy = false
  #writing = Promise.resolve()
  #failure: string | undefined
  #probed = 0
  #closed = false

  constructor(options: LogOptions, sequence: number) {
    const { folder, clock, segmentBytes = 5 * MIB, reserveBytes = 4 * MIB } = options
    this.folder = folder
    this.#clock = clock
    this.#segmentBytes = segmentBytes
    this.#reserve = new Reserve(join(folder, 'reserve'), reserveBytes)
    this.#sequence = sequence
  }

  /** What others left in the folder is sealed: see `sealed`. `after`: the last sequence that is known elsewhere. */
  static async open(options: LogOptions, after = 0): Promise<AuditLog> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    const names = await segmentsIn(options.folder)
    const log = new AuditLog(options, Math.max(after, names.at(-1)?.sequence ?? 0))
    log.#probe()
    return log
  }

  /** @throws HeadrigError `unavailable` when the record cannot be kept */
  append(json: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new HeadrigError('unavailable', 'the audit log is closed'))
        return
      }
      this.#waiting.push({ line: encodeLine(json), resolve, reject })
      if (this.#busy) return
      this.#busy = true
      this.#writing = this.#drain()
    })
  }

  /** Why calls are not to be started; looks at the disk again at most once a second. */
  problem(): string | undefined {
    if (this.#failure !== undefined && this.#now() - this.#probed >= PROBE_MS) this.#probe()
    return this.#failure
  }

  /** The segment that is being written, and how many of its bytes are durable. */
  current(): { readonly name: SegmentName; readonly bytes: number } | undefined {
    return this.#writer && { name: this.#writer.name, bytes: this.#writer.bytes }
  }

  /** Segments that nobody writes to any more, the oldest first. */
  async sealed(): Promise<SegmentName[]> {
    const all = await this.segments()
    const open = this.#writer?.name.sequence ?? Infinity
    return all.filter(({ sequence }) => sequence < open)
  }

  /** Those, and the one that is being written. */
  segments(): Promise<SegmentName[]> {
    return segmentsIn(this.folder)
  }

  /** Seals the segment that is being written when it is older than `ms`. */
  async sealOlderThan(ms: number): Promise<void> {
    while (this.#busy) await this.#writing
    if (this.#writer && this.#now() - this.#writer.name.begun >= ms) await this.#seal()
  }

  /** Writes what waits, then takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#busy) await this.#writing
    await this.#seal()
  }

  async #drain(): Promise<void> {
    // What comes in the same turn goes into the same write.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#write(Buffer.concat(batch.map(({ line }) => line)))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#busy = false
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await this.#append(bytes)
    } catch (first) {
      this.#fail(first)
      this.#reserve.give()
      try {
        await this.#append(bytes)
      } catch (error) {
        throw new HeadrigError(
          'unavailable',
          `no audit record can be kept in ${this.folder}: ${messageOf(error)}; make room there`,
          { cause: error },
        )
      }
    }
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#writer && this.#writer.bytes >= this.#segmentBytes) await this.#seal()
    try {
      this.#writer ??= await SegmentWriter.create(
        this.folder,
        newSegment(++this.#sequence, this.#now()),
      )
      await this.#writer.append(bytes)
    } catch (error) {
      // After a failed sync nobody knows what is on the disk: the rest goes into another file.
      await this.#seal().catch(() => undefined)
      throw error
    }
  }

  async #seal(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
  }

  #fail(error: unknown): void {
    this.#failure = `the audit log in ${this.folder} cannot be written: ${messageOf(error)}`
    this.#probed = this.#now()
  }

  #probe(): void {
    this.#probed = this.#now()
    this.#failure = this.#reserve.take()
      ? undefined
      : `the audit log in ${this.folder} has no room: make some on that disk`
  }

  #now(): number {
    return this.#clock().getTime()
  }
}

async function segmentsIn(folder: string): Promise<SegmentName[]> {
  const names = (await readdir(folder)).flatMap((file) => parseSegmentFile(file) ?? [])
  return names.toSorted((a, b) => a.sequence - b.sequence)
}

/** Where a segment is. */
export function segmentPath(folder: string, name: SegmentName): string {
  return join(folder, segmentFile(name))
}
