import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isKind, messageOf } from '../../core/errors.js'
import { FORMATS } from '../../formats/index.js'
import { FrontPool } from '../../front/pool.js'
import type { ReadOutcome } from '../../front/reader.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import type { ConvertedBatch, Converter, ConvertRequest, ObjectOutcome } from '../engine.js'
import { FetchAhead } from './fetch-ahead.js'
import { parquetToFields } from './parquet-source.js'
import type { DuckDbEngine } from './open.js'
import { Ranges } from './ranges.js'
import { WrittenTable } from './written-table.js'

export interface ConverterOptions {
  /** Reading threads. */
  readonly threads: number
  /** Raw bytes that each reading thread may hold. */
  readonly arenaBytes: number
}

const GROUP = { bytes: 2 << 20, objects: 64 }

/** Ids that come with different contents; beyond, all of the batch is looked through. */
const MOST_IDS = 10_000

/** What reading threads made of a batch: files, and what is known of the rest. */
export interface FrontBatch extends Pick<ConvertedBatch, 'outcomes' | 'detected' | 'rejects'> {
  readonly written: readonly WrittenFile[]
  /** The only ids that equal records of the batch can have, by log type; one that is missing: any. */
  readonly suspects: Readonly<Record<string, readonly string[]>>
}

/** The embedded way: WebAssembly reads and writes, DuckDB finds duplicates. */
export class DuckDbConverter implements Converter {
  readonly #engine: DuckDbEngine
  readonly #options: ConverterOptions
  #pool: FrontPool | undefined

  constructor(engine: DuckDbEngine, options: ConverterOptions) {
    this.#engine = engine
    this.#options = options
  }

  async convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const { written, suspects, ...batch } = await this.read(request)
    return { ...batch, tables: writtenTables(this.#engine, written, suspects, request.folder) }
  }

  /** The first half of `convert`, for a caller who looks for duplicates elsewhere. */
  async read(request: ConvertRequest): Promise<FrontBatch> {
    const { arenaBytes, threads } = this.#options
    const pool = (this.#pool ??= new FrontPool({
      threads,
      limits: { arenaBytes, slotBytes: Math.floor(arenaBytes * 0.75) },
    }))
    const outcomes: ObjectOutcome[] = []
    const detected = new Map<string, number>()
    const written: WrittenFile[] = []
    const again: ReadOutcome[] = []
    const repeats = new Map<number, number>()
    const ids = new Map<string, Set<string>>()
    const { folder, format, fields, ingestedAt } = request
    pool.begin(
      {
        folder,
        format,
        ingestedAt,
        storedBytes: request.keepDuplicates
          ? undefined
          : request.objects.reduce((sum, o) => sum + o.size, 0),
        ...(fields ? { fields } : {}),
      },
      {
        onWritten: (file) => written.push(file),
        onSifted: (found) => {
          for (const [object, count] of found.repeats)
            repeats.set(object, (repeats.get(object) ?? 0) + count)
          const known = ids.get(found.formatId) ?? new Set()
          for (const id of found.ids) if (known.size <= MOST_IDS) known.add(id)
          ids.set(found.formatId, known)
        },
        onOutcomes: (list) => {
          for (const { textBytes: _, reason, state, ...outcome } of list) {
            if (reason !== undefined && outcome.format !== null) {
              const key = `${outcome.format}\0${reason}`
              detected.set(key, (detected.get(key) ?? 0) + 1)
            }
            if (state === 'parquet') again.push({ ...outcome, textBytes: 0, state })
            else outcomes.push({ ...outcome, repeats: 0, state })
          }
          request.onProgress?.({
            objects: list.length,
            bytes: list.reduce((sum, o) => sum + (request.objects[o.index]?.size ?? 0), 0),
            rows: list.reduce((sum, o) => sum + o.rows, 0),
          })
        },
      },
    )
    let rejects: readonly string[]
    try {
      await this.#read(pool, request, outcomes)
      rejects = await pool.flush()
      if (again.length > 0)
        rejects = [...rejects, ...(await this.#readParquet(pool, request, again, outcomes))]
      request.signal.throwIfAborted()
    } catch (error) {
      // Threads may be in the middle of the batch: they are not used for another.
      this.#pool = undefined
      await pool.close()
      throw error
    }
    const suspects: Record<string, readonly string[]> = {}
    if (pool.comparedAll) {
      for (const { formatId } of written) {
        const known = ids.get(formatId) ?? new Set()
        if (known.size <= MOST_IDS) suspects[formatId] = [...known]
      }
    }
    return {
      written,
      suspects,
      outcomes: outcomes.map((o) => withRepeats(o, repeats.get(o.index) ?? 0)),
      rejects,
      detected: [...detected].map(([key, objects]) => {
        const [format = '', reason = ''] = key.split('\0')
        return { format, reason, objects }
      }),
    }
  }

  async close(): Promise<void> {
    await this.#pool?.close()
    this.#pool = undefined
  }

  /** Gives every thread its range of the objects; objects that cannot be fetched become outcomes. */
  async #read(pool: FrontPool, request: ConvertRequest, outcomes: ObjectOutcome[]): Promise<void> {
    const { threads } = this.#options
    const sizes = request.objects.map((o) => o.size)
    const ahead = new FetchAhead(request, outcomes, new Ranges(sizes, threads, GROUP), threads)
    let failed = false
    const feed = async (thread: number): Promise<void> => {
      try {
        for await (const { tasks, apart } of ahead.groups(thread)) {
          request.signal.throwIfAborted()
          if (failed) return
          await pool.read(thread, tasks, apart)
        }
      } catch (error) {
        failed = true
        throw error
      }
    }
    // All of them come to an end before the first failure is told: nothing is fetched any more by then.
    const ends = await Promise.allSettled(Array.from({ length: threads }, (_, i) => feed(i)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  /** Parquet logs go through text, so that their rows are what the same log in text gives. */
  async #readParquet(
    pool: FrontPool,
    request: ConvertRequest,
    again: readonly ReadOutcome[],
    outcomes: ObjectOutcome[],
  ): Promise<readonly string[]> {
    const broken = join(request.folder, 'parquet.rejects')
    let anyBroken = false
    for (const [turn, { index, format }] of again.entries()) {
      const object = request.objects[index]
      if (!object) continue
      try {
        const source = object.localPath ?? (await request.fetch(index))
        const path = await parquetToFields(this.#engine, source, request.folder)
        const { uri, key, size } = object
        await pool.read(turn % this.#options.threads, [{ index, uri, key, size, path }], false)
      } catch (error) {
        const reason = messageOf(error)
        const nothing = { index, format, rows: 0, repeats: 0, error: reason }
        if (!isKind(error, 'invalid')) {
          const failure = error instanceof HeadrigError ? error.kind : 'unavailable'
          outcomes.push({ ...nothing, rejected: 0, state: 'failed', failure })
          continue
        }
        const reject = { format, source_object: object.uri, source_row: 0, reason, raw: '' }
        await appendFile(broken, `${JSON.stringify(reject)}\n`, { mode: 0o600 })
        anyBroken = true
        outcomes.push({ ...nothing, rejected: 1, state: 'done' })
      }
    }
    const rejects = await pool.flush()
    return anyBroken ? [...rejects, broken] : rejects
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

/** What was left out while files were written is known only when all are. */
function withRepeats(outcome: ObjectOutcome, repeats: number): ObjectOutcome {
  // The rows of an object that failed are in no count.
  if (outcome.state !== 'done' || repeats === 0) return outcome
  return { ...outcome, rows: outcome.rows - repeats, repeats }
}
