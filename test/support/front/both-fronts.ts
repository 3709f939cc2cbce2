// The same objects through both fronts, and what each makes of them in a form in which two compare.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConvertedBatch } from '../../../src/engines/engine.js'
import { DuckDbConverter } from '../../../src/engines/duckdb/converter.js'
import { type DuckDbEngine, openDuckDb } from '../../../src/engines/duckdb/open.js'
import type { NativeAddon } from '../../../src/front/native/addon.js'
import { identifier, literal } from '../../../src/sql/text.js'
import { fileFacts, type FileFacts } from './pages.js'
import type { StoredObject } from './stored.js'
import { watched, type Watched } from './watched-addon.js'

export interface ReadOptions {
  /** A log type's id; default: `auto`. */
  readonly format?: string
  readonly fields?: readonly string[]
  /** Default: true. */
  readonly keepDuplicates?: boolean
  /** They come from a store elsewhere. */
  readonly fetched?: boolean
  readonly threads?: number
}

/** What a front made of a batch. */
export interface Reading {
  /** All columns of every row that is left, with its day. */
  readonly rows: readonly string[]
  /** What was read of a record comes last. */
  readonly rejects: readonly string[]
  /** By object. */
  readonly outcomes: readonly unknown[]
  readonly detected: readonly string[]
  /** In the order in which they were written. */
  readonly files: readonly (FileFacts & { readonly day: string | null; readonly stats: unknown })[]
}

export interface BothReadings {
  readonly native: Reading
  readonly portable: Reading
  /** Objects that the native front handed to the portable one, by their number. */
  readonly handed: readonly number[]
}

const ARENA_BYTES = 8 << 20

export class BothFronts {
  readonly #root: string
  readonly #engine: DuckDbEngine
  readonly #watched: Watched
  readonly #converters = new Map<string, DuckDbConverter>()
  readonly #arenaBytes: number
  #folders = 0

  private constructor(root: string, engine: DuckDbEngine, addon: NativeAddon, arenaBytes: number) {
    this.#root = root
    this.#engine = engine
    this.#watched = watched(addon)
    this.#arenaBytes = arenaBytes
  }

  static async open(addon: NativeAddon, arenaBytes = ARENA_BYTES): Promise<BothFronts> {
    const root = mkdtempSync(join(tmpdir(), 'headrig-fronts-'))
    const engine = await openDuckDb({
      memoryLimitBytes: 1 << 29,
      threads: 2,
      tempFolder: join(root, 'spill'),
    })
    return new BothFronts(root, engine, addon, arenaBytes)
  }

  async close(): Promise<void> {
    for (const converter of this.#converters.values()) await converter.close()
    this.#engine.close()
    rmSync(this.#root, { recursive: true, force: true })
  }

  async read(objects: readonly StoredObject[], options: ReadOptions = {}): Promise<BothReadings> {
    const folder = this.#folder()
    try {
      const paths = objects.map(({ bytes }, i) => {
        const path = join(folder, `object-${i}`)
        writeFileSync(path, bytes)
        return path
      })
      const portable = await this.#reading('portable', objects, paths, options)
      this.#watched.forget()
      const native = await this.#reading('native', objects, paths, options)
      const { broken, handed } = this.#watched
      if (broken.length > 0) throw new Error(`the native front broke: ${broken.join('; ')}`)
      return { native, portable, handed: [...handed] }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** A folder of its own is no difference. */
  #withoutPaths(text: string): string {
    const [name = ''] = this.#root.split('/').slice(-1)
    return text.replaceAll(new RegExp(`${name}[^' ]*`, 'g'), '')
  }

  #folder(): string {
    const folder = join(this.#root, String(this.#folders++))
    mkdirSync(folder)
    return folder
  }

  #converter(front: 'native' | 'portable', threads: number): DuckDbConverter {
    const key = `${front} ${threads}`
    let converter = this.#converters.get(key)
    if (!converter) {
      const addon = front === 'native' ? this.#watched.addon : undefined
      const arenaBytes = this.#arenaBytes
      converter = new DuckDbConverter(this.#engine, { threads, arenaBytes, addon })
      this.#converters.set(key, converter)
    }
    return converter
  }

  async #reading(
    front: 'native' | 'portable',
    objects: readonly StoredObject[],
    paths: readonly string[],
    { format = 'auto', fields, keepDuplicates = true, fetched, threads = 1 }: ReadOptions,
  ): Promise<Reading> {
    const folder = this.#folder()
    const batch = await this.#converter(front, threads).convert({
      objects: objects.map(({ key, bytes }, i) => ({
        uri: `s3://logs/${i}/${key}`,
        key,
        size: bytes.length,
        ...(fetched ? {} : { localPath: paths[i] ?? '' }),
      })),
      fetch: async (i, range) =>
        Buffer.from(objects[i]?.bytes ?? []).subarray(range?.start, range?.end),
      format,
      ...(fields ? { fields } : {}),
      folder,
      ingestedAt: new Date(1_705_305_600_000),
      keepDuplicates,
      signal: new AbortController().signal,
    })
    try {
      return await this.#readBack(batch)
    } finally {
      for (const table of batch.tables) await table.discard()
      rmSync(folder, { recursive: true, force: true })
    }
  }

  async #readBack(batch: ConvertedBatch): Promise<Reading> {
    const rows: string[] = []
    const files: Reading['files'][number][] = []
    const repeats = new Map<string, number>()
    for (const table of batch.tables.toSorted((a, b) => (a.format.id < b.format.id ? -1 : 1))) {
      for (const [uri, count] of await table.dropDuplicates([])) repeats.set(uri, count)
      const written = await table.encode()
      for (const { path, eventDay: day, stats } of written)
        files.push({ ...fileFacts(path), day, stats })
      if (written.length === 0) continue
      const days = new Map(written.map((f) => [f.path, f.eventDay]))
      rows.push(...(await this.#rows(table.format.id, days)))
    }
    return {
      rows,
      files,
      rejects: batch.rejects
        .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
        .filter((line) => line !== '')
        .map((line) => rejectText(this.#withoutPaths(line)))
        .toSorted(),
      outcomes: batch.outcomes
        .map((o) => {
          const uri = [...repeats.keys()].find((u) => u.startsWith(`s3://logs/${o.index}/`))
          const late = uri === undefined ? 0 : (repeats.get(uri) ?? 0)
          const error = o.error === undefined ? {} : { error: this.#withoutPaths(o.error) }
          return { ...o, ...error, rows: o.rows - late, repeats: o.repeats + late }
        })
        .toSorted((a, b) => a.index - b.index),
      detected: batch.detected.map((d) => `${d.format}: ${d.reason}: ${d.objects}`).toSorted(),
    }
  }

  async #rows(table: string, days: ReadonlyMap<string, string | null>): Promise<string[]> {
    const list = [...days.keys()].map(literal).join(', ')
    const connection = await this.#engine.connect()
    try {
      const source = `read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = true)`
      const described = await (await connection.run(`DESCRIBE SELECT * FROM ${source}`)).getRows()
      // By name: in what order files name their columns is seen in the files.
      const columns = described
        .map(([name]) => String(name))
        .filter((name) => name !== 'filename')
        .toSorted()
        .map((name) => `${literal(name)}: ${identifier(name)}`)
      const result = await connection.run(
        `SELECT filename, to_json({${columns.join(', ')}})::VARCHAR FROM ${source} ORDER BY source_object, source_row, 2`,
      )
      return (await result.getRows()).map(
        ([file, json]) => `${table} ${days.get(String(file))} ${String(json)}`,
      )
    } finally {
      connection.closeSync()
    }
  }
}

function rejectText(line: string): string {
  const { raw, ...reject } = JSON.parse(line) as Record<string, unknown>
  return `${JSON.stringify(reject)} ${JSON.stringify(raw).slice(0, -1)}`
}
