import { open, readFile, type FileHandle } from 'node:fs/promises'
import { HeadrigError } from '../../core/errors.js'
import { readThrift, writeThrift, type ThriftStruct, type ThriftValue } from './thrift.js'

const MAGIC = Buffer.from('PAR1')

// Field numbers of parquet.thrift.
const FILE = { schema: 2, rows: 3, groups: 4 }
const GROUP = { columns: 1, offset: 5, ordinal: 7 }
const CHUNK = { offset: 2, metadata: 3, indexes: [4, 5, 6, 7] }
const METADATA_OFFSETS = [9, 10, 11, 14]

/**
 * Grows one Parquet file from others of the same schema, by copying their row groups as they are: the
 * rows are neither decoded nor reordered. Page indexes are left out.
 * @example const file = await ParquetConcat.create(path); await file.append(a); await file.finish()
 */
export class ParquetConcat {
  readonly path: string
  readonly #file: FileHandle
  #size = MAGIC.length
  #footer: ThriftStruct | undefined
  #groups: ThriftValue[] = []
  #rows = 0n

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  /** Creates the file, which must not exist. */
  static async create(path: string): Promise<ParquetConcat> {
    const file = await open(path, 'wx', 0o600)
    await file.write(MAGIC)
    return new ParquetConcat(path, file)
  }

  /** Bytes so far, without the footer to come. */
  get size(): number {
    return this.#size
  }

  /** Takes over the row groups of a file, which is read whole: it should be a small one. */
  async append(path: string): Promise<void> {
    const bytes = await readFile(path)
    const length = bytes.length < 12 ? 0 : bytes.readUInt32LE(bytes.length - 8)
    const end = bytes.length - 8 - length
    if (end < 4 || !bytes.subarray(-4).equals(MAGIC)) throw damaged(path)
    const footer = readThrift(bytes.subarray(end, end + length))
    if (this.#footer && schemaOf(this.#footer) !== schemaOf(footer)) {
      throw new HeadrigError('internal', `${path} has another schema than the files before it`)
    }
    this.#footer ??= footer
    const shift = BigInt(this.#size - MAGIC.length)
    for (const group of listOf(footer, FILE.groups)) {
      this.#groups.push(moved(group, shift, BigInt(this.#groups.length)))
    }
    const rows = footer.get(FILE.rows)
    this.#rows += rows?.type === 'i64' ? rows.value : 0n
    await this.#file.writeFile(bytes.subarray(MAGIC.length, end))
    this.#size += end - MAGIC.length
  }

  /** Writes the footer and gives the size of the whole; at least one file was appended. */
  async finish(): Promise<number> {
    const fields = new Map(this.#footer ?? [])
    fields.set(FILE.rows, { type: 'i64', value: this.#rows })
    fields.set(FILE.groups, { type: 'list', element: 12, value: this.#groups })
    const footer = writeThrift(fields)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.length)
    await this.#file.writeFile(Buffer.concat([footer, length, MAGIC]))
    await this.#file.sync()
    await this.close()
    return this.#size + footer.length + 8
  }

  /** Lets go of a file that will not be finished; safe to call twice. */
  async close(): Promise<void> {
    await this.#file.close()
  }
}

function moved(group: ThriftValue, shift: bigint, ordinal: bigint): ThriftValue {
  const fields = new Map(structOf(group))
  const columns = listOf(fields, GROUP.columns).map((column): ThriftValue => {
    const chunk = new Map(structOf(column))
    for (const id of CHUNK.indexes) chunk.delete(id)
    shiftField(chunk, CHUNK.offset, shift)
    const metadata = new Map(structOf(chunk.get(CHUNK.metadata)))
    for (const id of METADATA_OFFSETS) shiftField(metadata, id, shift)
    chunk.set(CHUNK.metadata, { type: 'struct', value: metadata })
    return { type: 'struct', value: chunk }
  })
  fields.set(GROUP.columns, { type: 'list', element: 12, value: columns })
  shiftField(fields, GROUP.offset, shift)
  if (fields.has(GROUP.ordinal)) fields.set(GROUP.ordinal, { type: 'i16', value: ordinal })
  return { type: 'struct', value: fields }
}

/** Offsets of 0 mean that there is no such thing. */
function shiftField(fields: Map<number, ThriftValue>, id: number, shift: bigint): void {
  const field = fields.get(id)
  if (field?.type === 'i64' && field.value > 0n) {
    fields.set(id, { type: 'i64', value: field.value + shift })
  }
}

function schemaOf(footer: ThriftStruct): string {
  const schema = footer.get(FILE.schema)
  return schema ? writeThrift(new Map([[FILE.schema, schema]])).toString('latin1') : ''
}

function listOf(fields: ThriftStruct, id: number): readonly ThriftValue[] {
  const list = fields.get(id)
  return list?.type === 'list' ? list.value : []
}

function structOf(value: ThriftValue | undefined): ThriftStruct {
  return value?.type === 'struct' ? value.value : new Map<number, ThriftValue>()
}

function damaged(path: string): HeadrigError {
  return new HeadrigError('internal', `${path} is no whole Parquet file`)
}
