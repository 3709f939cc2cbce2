import { rm } from 'node:fs/promises'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import { FORMATS } from '../../formats/index.js'
import type { NativeAddon } from '../../front/native/addon.js'
import { notServed } from '../../front/native/choose.js'
import type { FrontPool } from '../../front/pool.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import type { ConvertedBatch, Converter, ConvertRequest, SourceObject } from '../engine.js'
import { idsIn } from './duplicates.js'
import { feed, feedSome } from './feed.js'
import type { DuckDbEngine } from './open.js'
import { Pools, type FrontKind } from './pools.js'
import { readParquet } from './read-parquet.js'
import { MOST_IDS, Tally } from './tally.js'
import { WrittenTable } from './written-table.js'

/** Of 64 MiB of the densest logs every record finds a place. */
const COPIES_BYTES = 64 << 20

export interface ConverterOptions {
  /** Reading threads. */
  readonly threads: number
  /** Raw bytes that each reading thread may hold. */
  readonly arenaBytes: number
  /** What they may hold together to find copies within a batch, 16 bytes a record; default: 64 MiB. */
  readonly copiesBytes?: number
  /** The native front; default: the portable one reads everything. */
  readonly addon?: NativeAddon | undefined
  readonly logger?: Logger
}

/** What reading threads made of a batch: files, and what is known of the rest. */
export interface FrontBatch extends Pick<ConvertedBatch, 'outcomes' | 'detected' | 'rejects'> {
  readonly written: readonly WrittenFile[]
  /** The only ids that equal records of the batch can have, by log type; one that is missing: any. */
  readonly suspects: Readonly<Record<string, readonly string[]>>
}

/** A round of reading, by the threads of one front. */
interface Round {
  readonly rejects: readonly string[]
  /** Every record was held against every other of the round. */
  readonly comparedAll: boolean
}

interface RoundPlan {
  readonly kind: FrontKind
  readonly threads: number
  /** Those of the request that are read in this round. */
  readonly objects: readonly SourceObject[]
  readonly request: ConvertRequest
  readonly tally: Tally
  /** Texts of objects that are Parquet. */
  readonly texts: Map<number, string>
  readonly give: (pool: FrontPool) => Promise<void>
}

/** The embedded way: a front reads and writes, DuckDB finds duplicates. */
export class DuckDbConverter implements Converter {
  readonly #engine: DuckDbEngine
  readonly #options: ConverterOptions
  readonly #pools: Pools

  constructor(engine: DuckDbEngine, options: ConverterOptions) {
    this.#engine = engine
    this.#options = options
    const { arenaBytes, copiesBytes = COPIES_BYTES, addon } = options
    const slotBytes = Math.floor(arenaBytes * 0.75)
    this.#pools = new Pools({ arenaBytes, slotBytes, copiesBytes }, addon)
  }

  async convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const { written, suspects, ...batch } = await this.read(request)
    return { ...batch, tables: writtenTables(this.#engine, written, suspects, request.folder) }
  }

  /** The first half of `convert`, for a caller who looks for duplicates elsewhere. */
  async read(request: ConvertRequest): Promise<FrontBatch> {
    const { addon, logger } = this.#options
    if (addon && notServed(request.format) === undefined) {
      const tally = new Tally(request)
      try {
        return await this.#readBy('native', request, tally)
      } catch (error) {
        if (!(error instanceof NativeFailure) || request.signal.aborted) throw error
        const fields = { error: messageOf(error.cause) }
        logger?.warn('the native front gave up, the portable one reads the batch again', fields)
        for (const { path } of tally.written) await rm(path, { force: true })
        tally.takeBack()
      }
    }
    return this.#readBy('portable', request, new Tally(request))
  }

  async close(): Promise<void> {
    await this.#pools.close()
  }

  async #readBy(kind: FrontKind, request: ConvertRequest, tally: Tally): Promise<FrontBatch> {
    const { threads } = this.#options
    const texts = new Map<number, string>()
    const give = (pool: FrontPool) => feed(pool, threads, request, tally.outcomes)
    const { objects } = request
    const rounds = [await this.#round({ kind, threads, objects, request, tally, texts, give })]
    for (const error of tally.bugs)
      this.#options.logger?.warn('the native front gave up, the portable one reads an object', {
        error,
      })
    const odd = tally.takeOdd()
    if (odd.length > 0) rounds.push(await this.#readOdd(odd, request, tally, texts))
    return {
      written: tally.written,
      suspects: rounds.every((r) => r.comparedAll) ? tally.suspects() : {},
      rejects: rounds.flatMap((r) => r.rejects),
      ...tally.finish(),
    }
  }

  /** What the native front is not made for goes to the portable one. */
  async #readOdd(
    odd: readonly number[],
    request: ConvertRequest,
    tally: Tally,
    texts: Map<number, string>,
  ): Promise<Round> {
    const threads = Math.min(this.#options.threads, odd.length)
    const before = tally.written.length
    const give = (pool: FrontPool) => feedSome(pool, threads, request, odd, texts, tally.outcomes)
    const objects = odd.flatMap((number) => request.objects[number] ?? [])
    const kind = 'portable'
    const round = await this.#round({ kind, threads, objects, request, tally, texts, give })
    // These records were not held against those of the round before.
    const written = tally.written.slice(before)
    for (const format of new Set(written.map((f) => f.formatId))) {
      const files = written.filter((f) => f.formatId === format)
      tally.suspect(format, await idsIn(this.#engine, files, MOST_IDS + 1))
    }
    return round
  }

  async #round(plan: RoundPlan): Promise<Round> {
    const { kind, threads, objects, request, tally, texts, give } = plan
    const pool = await this.#pools.open(kind, threads)
    const { folder, format, fields, ingestedAt, keepDuplicates, signal } = request
    const storedBytes = keepDuplicates ? undefined : objects.reduce((sum, o) => sum + o.size, 0)
    try {
      pool.begin(
        { folder, format, ingestedAt, storedBytes, signal, ...(fields ? { fields } : {}) },
        tally.handlers(),
      )
      await give(pool)
      const { outcomes } = tally
      const rejects = await pool.flush()
      const round = { engine: this.#engine, pool, threads, request, outcomes, texts }
      const more = await readParquet(tally.takeParquet(), round)
      signal.throwIfAborted()
      return { rejects: [...rejects, ...more], comparedAll: pool.comparedAll }
    } catch (error) {
      // Threads may be in the middle of the batch: they are not used for another.
      await this.#pools.close()
      if (kind === 'native' && pool.brokenBy(error)) throw new NativeFailure(error)
      throw error
    }
  }
}

/** The native threads cannot go on with a batch. */
class NativeFailure extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause })
  }
}

/** Written files as tables, a log type each. */
export function writtenTables(
  engine: DuckDbEngine,
  written: readonly WrittenFile[],
  suspects: FrontBatch['suspects'],
  folder: string,
): WrittenTable[] {
  return FORMATS.flatMap((format) => {
    const files = written.filter((f) => f.formatId === format.id)
    if (files.length === 0) return []
    return [new WrittenTable(engine, format, files, suspects[format.id], folder)]
  })
}
