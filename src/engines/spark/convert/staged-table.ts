import { copyFile, link, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import type { LogFormat } from '../../../formats/format.js'
import type { WrittenFile } from '../../../front/parquet/data-file.js'
import { download } from '../../../storage/download.js'
import type { ByteStore } from '../../../storage/store.js'
import { writtenTables, type FrontBatch } from '../../duckdb/converter.js'
import type { DuckDbEngine } from '../../duckdb/open.js'
import type { WrittenTable } from '../../duckdb/written-table.js'
import type { ConvertedTable, DataFile } from '../../engine.js'
import type { StagedFile } from './messages.js'

const AT_ONCE = 8

export interface StagedTables {
  readonly engine: DuckDbEngine
  readonly store: ByteStore
  readonly files: readonly StagedFile[]
  readonly suspects: FrontBatch['suspects']
  /** Of the batch, on this machine. */
  readonly folder: string
}

/** Files that tasks left in the lake's store, as tables, a log type each. */
export async function stagedTables(staged: StagedTables): Promise<ConvertedTable[]> {
  const { engine, files, suspects } = staged
  const folder = join(staged.folder, 'staged')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const keys = new Map<string, StagedFile>()
  const written: WrittenFile[] = files.map((file) => {
    const path = join(folder, basename(file.key))
    keys.set(path, file)
    const { key: _, ...rest } = file
    return { ...rest, path }
  })
  return writtenTables(engine, written, suspects, staged.folder).map(
    (table) => new StagedTable(table, staged.store, only(keys, table.format)),
  )
}

function only(
  keys: ReadonlyMap<string, StagedFile>,
  format: LogFormat,
): ReadonlyMap<string, StagedFile> {
  return new Map([...keys].filter(([, file]) => file.formatId === format.id))
}

/** One table's files of a batch; they come to this machine when duplicates are looked for, not before. */
class StagedTable implements ConvertedTable {
  readonly format: LogFormat
  readonly minTime: Date
  readonly maxTime: Date
  readonly #table: WrittenTable
  readonly #store: ByteStore
  /** By the path that each has on this machine. */
  readonly #files: ReadonlyMap<string, StagedFile>
  /** Keys that a commit may name. */
  readonly #offered = new Set<string>()
  #here: Promise<void> | undefined

  constructor(table: WrittenTable, store: ByteStore, files: ReadonlyMap<string, StagedFile>) {
    this.#table = table
    this.#store = store
    this.#files = files
    this.format = table.format
    this.minTime = table.minTime
    this.maxTime = table.maxTime
  }

  async dropDuplicates(lake: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await (this.#here ??= this.#bring())
    return this.#table.dropDuplicates(lake)
  }

  async encode(): Promise<readonly DataFile[]> {
    const data = await this.#table.encode()
    return data.map((file) => {
      const key = this.#files.get(file.path)?.key
      if (key === undefined) return file
      this.#offered.add(key)
      return { ...file, key }
    })
  }

  /** Files that no commit can have named are deleted in the store as well. */
  async discard(): Promise<void> {
    await this.#table.discard()
    const left = [...this.#files.values()].filter(({ key }) => !this.#offered.has(key))
    await mapLimit(left, AT_ONCE, ({ key }) => this.#store.delete(key).catch(() => undefined))
  }

  async #bring(): Promise<void> {
    await mapLimit([...this.#files], AT_ONCE, async ([path, file]) => {
      const there = this.#store.localPath(file.key)
      if (there === undefined) return download(this.#store, file, path)
      // A second name: what a lost race takes out of the lake is still to be read here.
      return link(there, path).catch(() => copyFile(there, path))
    })
  }
}
