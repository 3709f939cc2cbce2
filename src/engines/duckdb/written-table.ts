import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { LogFormat } from '../../formats/format.js'
import { tableColumns } from '../../formats/table-schema.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import type { ConvertedTable, DataFile } from '../engine.js'
import { countDrops, findDuplicates, makeDrops, removeDrops } from './duplicates.js'
import { withoutDrops } from './encode.js'
import type { DuckDbEngine } from './open.js'

/** One table's files of a batch, as the reading threads wrote them, less the rows that turn out to be duplicates. */
export class WrittenTable implements ConvertedTable {
  readonly format: LogFormat
  readonly #engine: DuckDbEngine
  readonly #written: readonly WrittenFile[]
  readonly #suspects: readonly string[] | undefined
  /** Where files that are written again go. */
  readonly #folder: string
  readonly #drops: string
  /** The table of drops is there. */
  #ready = false
  /** The batch's own rows were compared. */
  #looked = false
  #dropped: {
    readonly files: ReadonlyMap<number, number>
    readonly objects: ReadonlyMap<string, number>
  } = {
    files: new Map(),
    objects: new Map(),
  }
  /** Files that lost rows, by their number: what they were written again to, and without how many rows. */
  readonly #again = new Map<
    number,
    { readonly dropped: number; readonly file: DataFile | undefined }
  >()

  /** @param suspects the only ids that equal records of the batch can have; undefined: any */
  constructor(
    engine: DuckDbEngine,
    format: LogFormat,
    written: readonly WrittenFile[],
    suspects: readonly string[] | undefined,
    folder: string,
  ) {
    this.#engine = engine
    this.format = format
    this.#written = written
    this.#suspects = suspects
    this.#folder = folder
    this.#drops = `drops_${randomUUID().replaceAll('-', '')}`
  }

  get minTime(): Date {
    return new Date(Math.floor(Math.min(...this.#written.map((f) => Number(f.minTime))) / 1000))
  }
  get maxTime(): Date {
    return new Date(Math.ceil(Math.max(...this.#written.map((f) => Number(f.maxTime))) / 1000))
  }

  async dropDuplicates(lake: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const within = this.#looked ? [] : this.#suspects
    this.#looked = true
    if (within?.length !== 0 || lake.length > 0) {
      if (!this.#ready) await makeDrops(this.#engine, this.#drops)
      this.#ready = true
      await findDuplicates(this.#engine, this.format, this.#written, lake, within, this.#drops)
      this.#dropped = await countDrops(this.#engine, this.#drops)
    }
    return this.#dropped.objects
  }

  async encode(): Promise<readonly DataFile[]> {
    const dropped = this.#dropped.files
    const stale = [...dropped].filter(
      ([number, count]) => this.#again.get(number)?.dropped !== count,
    )
    // One at a time: a writer holds a row group beyond the engine's own count of memory, while threads read on.
    for (const [number, count] of stale) {
      const before = this.#again.get(number)?.file
      if (before) await rm(before.path, { force: true })
      const source = this.#written[number] as WrittenFile
      const file =
        count === source.stats.numRecords
          ? undefined
          : await withoutDrops(
              this.#engine,
              { path: source.path, eventDay: source.day, number },
              this.#drops,
              {
                folder: this.#folder,
                columns: tableColumns(this.format),
              },
            )
      this.#again.set(number, { dropped: count, file })
    }
    return this.#written.flatMap((written, number) => {
      const again = this.#again.get(number)
      if (again) return again.file ? [again.file] : []
      return [
        { path: written.path, size: written.size, eventDay: written.day, stats: written.stats },
      ]
    })
  }

  async discard(): Promise<void> {
    if (this.#ready) await removeDrops(this.#engine, this.#drops)
  }
}
