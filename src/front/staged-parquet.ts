import { closeSync, openSync, writeSync } from 'node:fs'
import { ThriftWriter } from './thrift.js'

/** Physical and logical types of a staged column. */
export type StagedType = 'text' | 'int32' | 'int64' | 'timestamp' | 'dictionary'

const PHYSICAL = { text: 6, int32: 1, int64: 2, timestamp: 2, dictionary: 6 } as const
const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8

interface ColumnChunk {
  readonly name: string
  readonly type: StagedType
  readonly start: number
  readonly dictionary: number | undefined
  readonly bytes: number
}

/**
 * Writes a flat Parquet file of one row group: optional columns, uncompressed, PLAIN. It lives for
 * seconds, between a scanner and the engine that sorts nothing, types nothing and only encodes it.
 */
export class StagedParquet {
  readonly path: string
  readonly #fd: number
  readonly #rows: number
  readonly #columns: ColumnChunk[] = []
  #at = 0
  #open:
    | { name: string; type: StagedType; start: number; dictionary: number | undefined }
    | undefined

  constructor(path: string, rows: number) {
    this.path = path
    this.#rows = rows
    this.#fd = openSync(path, 'wx', 0o600)
    this.#write(MAGIC)
  }

  beginColumn(name: string, type: StagedType): void {
    this.#open = { name, type, start: this.#at, dictionary: undefined }
  }

  /** A data page of definition levels and values. */
  page(rows: number, body: Uint8Array): void {
    this.#pageHeader(
      0,
      rows,
      body.length,
      this.#open?.type === 'dictionary' ? RLE_DICTIONARY : PLAIN,
    )
    this.#write(body)
  }

  /** The values that a dictionary column's pages number. */
  dictionaryPage(values: readonly string[]): void {
    const texts = values.map((v) => Buffer.from(v))
    const body = Buffer.concat(texts.flatMap((t) => [lengthOf(t.length), t]))
    if (this.#open) this.#open.dictionary = this.#at
    this.#pageHeader(2, values.length, body.length, PLAIN)
    this.#write(body)
  }

  endColumn(): void {
    const open = this.#open
    if (!open) return
    this.#columns.push({ ...open, bytes: this.#at - open.start })
    this.#open = undefined
  }

  close(): void {
    const footer = this.#footer()
    this.#write(footer)
    this.#write(lengthOf(footer.length))
    this.#write(MAGIC)
    closeSync(this.#fd)
  }

  /** Closes without finishing; the caller deletes the file. */
  abandon(): void {
    closeSync(this.#fd)
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#fd, bytes, done, bytes.length - done)
    this.#at += bytes.length
  }

  #pageHeader(type: number, rows: number, bytes: number, encoding: number): void {
    const w = new ThriftWriter().i32(1, type).i32(2, bytes).i32(3, bytes)
    if (type === 0) w.struct(5, (p) => p.i32(1, rows).i32(2, encoding).i32(3, RLE).i32(4, RLE))
    else w.struct(7, (p) => p.i32(1, rows).i32(2, encoding))
    this.#write(w.finish())
  }

  #footer(): Uint8Array {
    const total = this.#columns.reduce((sum, c) => sum + c.bytes, 0)
    return new ThriftWriter()
      .i32(1, 1)
      .structs(2, [undefined, ...this.#columns], (w, column) => {
        if (!column) {
          w.text(4, 'staged').i32(5, this.#columns.length)
          return
        }
        w.i32(1, PHYSICAL[column.type]).i32(3, 1).text(4, column.name)
        if (PHYSICAL[column.type] === 6) w.i32(6, 0).struct(10, (l) => l.struct(1, () => {}))
        if (column.type === 'timestamp') {
          w.i32(6, 10).struct(10, (l) =>
            l.struct(8, (t) => t.bool(1, true).struct(2, (u) => u.struct(2, () => {}))),
          )
        }
      })
      .i64(3, this.#rows)
      .structs(4, [0], (w) =>
        w
          .structs(1, this.#columns, (c, column) =>
            c.i64(2, column.start).struct(3, (m) => {
              m.i32(1, PHYSICAL[column.type])
                .i32s(2, column.type === 'dictionary' ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE])
                .texts(3, [column.name])
                .i32(4, 0)
                .i64(5, this.#rows)
                .i64(6, column.bytes)
                .i64(7, column.bytes)
              const pages = column.dictionary === undefined ? column.start : this.#dataStart(column)
              m.i64(9, pages)
              if (column.dictionary !== undefined) m.i64(11, column.dictionary)
            }),
          )
          .i64(2, total)
          .i64(3, this.#rows),
      )
      .text(6, 'headrig staging')
      .finish()
  }

  /** The first data page of a dictionary column lies behind its dictionary page. */
  #dataStart(column: ColumnChunk): number {
    return this.#dataStarts.get(column.name) ?? column.start
  }
  readonly #dataStarts = new Map<string, number>()

  /** Says that data pages of the open column start here. */
  markData(): void {
    if (this.#open) this.#dataStarts.set(this.#open.name, this.#at)
  }
}

const MAGIC = Buffer.from('PAR1')

function lengthOf(n: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(n)
  return bytes
}
