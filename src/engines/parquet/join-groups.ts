import { open, rm, type FileHandle } from 'node:fs/promises'
import { version } from '../../core/version.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { nullChunk } from './null-chunk.js'
import type { ColumnChunk, RowGroup } from './parquet-file.js'
import { leavesOf, schemaElements, type Leaf } from './schema.js'
import { writeThrift, type ThriftStruct, type ThriftValue } from './thrift.js'
import { i32, i64, numberIn, struct, structIn, structs, text } from './thrift-values.js'

const MAGIC = Buffer.from('PAR1')
const COPY_BYTES = 4 * 2 ** 20

// Field numbers of parquet.thrift.
const RAW_BYTES = 6
const OFFSETS = { data: 9, dictionary: 11 }
const STATISTICS = 12
/** Bloom filters, page indexes and their like stay behind; so do bounds of the old kind. */
const KEPT_METADATA = new Set([1, 2, 3, 4, 5, 6, 7, 8, 13])
const KEPT_STATISTICS = new Set([3, 4, 5, 6, 7, 8])
const MOST_ORDINAL = 32_767

/**
 * Writes row groups of files one after the other into a new file, byte for byte: rows are neither
 * decoded nor reordered. The file has the columns that any of the groups holds, in the order given; a
 * group that lacks one of them is null there.
 * @returns the size of the file. With an error there is none.
 */
export async function joinGroups(
  path: string,
  columns: readonly TableColumn[],
  groups: readonly RowGroup[],
  signal?: AbortSignal,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  const sources = new Map<string, FileHandle>()
  try {
    const held = columns.filter((c) =>
      leavesOf(c).some((l) => groups.some((g) => g.chunks.has(l.key))),
    )
    const writer = new Writer(file, held.flatMap(leavesOf))
    await writer.put(MAGIC)
    const left = new Map<string, number>()
    for (const g of groups) left.set(g.path, (left.get(g.path) ?? 0) + 1)
    for (const group of groups) {
      const source = sources.get(group.path) ?? (await open(group.path))
      sources.set(group.path, source)
      await writer.copy(group, source, signal)
      const more = (left.get(group.path) ?? 0) - 1
      left.set(group.path, more)
      if (more === 0) {
        await source.close()
        sources.delete(group.path)
      }
    }
    const size = await writer.finish(held)
    await file.sync()
    return size
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    for (const source of sources.values()) await source.close()
    await file.close()
  }
}

class Writer {
  readonly #file: FileHandle
  readonly #leaves: readonly Leaf[]
  readonly #groups: ThriftValue[] = []
  #buffer: Buffer | undefined
  #size = 0
  #rows = 0

  constructor(file: FileHandle, leaves: readonly Leaf[]) {
    this.#file = file
    this.#leaves = leaves
  }

  async put(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes)
    this.#size += bytes.length
  }

  async copy(group: RowGroup, source: FileHandle, signal?: AbortSignal): Promise<void> {
    const start = this.#size
    const columns: ThriftValue[] = []
    let raw = 0
    let nulls: Buffer[] = []
    let waiting = { start: 0, end: 0 }
    const flush = async (): Promise<void> => {
      await this.#copyRange(source, waiting.start, waiting.end, signal)
      if (nulls.length > 0) await this.put(Buffer.concat(nulls))
      nulls = []
      waiting = { start: 0, end: 0 }
    }
    for (const leaf of this.#leaves) {
      const chunk = group.chunks.get(leaf.key)
      const isNext = chunk && chunk.start === waiting.end && nulls.length === 0
      if (chunk && !isNext) await flush()
      const at = this.#size + (waiting.end - waiting.start) + lengthOf(nulls)
      if (chunk) {
        waiting = { start: isNext ? waiting.start : chunk.start, end: chunk.start + chunk.bytes }
        columns.push(columnOf(moved(chunk, at - chunk.start), at))
        raw += numberIn(chunk.metadata, RAW_BYTES) ?? 0
      } else {
        const { bytes, metadata } = nullChunk(leaf, group.rows, at)
        nulls.push(bytes)
        columns.push(columnOf(metadata, at))
        raw += bytes.length
      }
    }
    await flush()
    this.#rows += group.rows
    const ordinal = this.#groups.length
    this.#groups.push(
      struct([
        [1, structs(columns)],
        [2, i64(raw)],
        [3, i64(group.rows)],
        [5, i64(start)],
        [6, i64(this.#size - start)],
        ...(ordinal > MOST_ORDINAL ? [] : [[7, { type: 'i16', value: BigInt(ordinal) }] as const]),
      ]),
    )
  }

  async finish(columns: readonly TableColumn[]): Promise<number> {
    const footer = writeThrift(
      new Map<number, ThriftValue>([
        [1, i32(1)],
        [2, structs(schemaElements(columns))],
        [3, i64(this.#rows)],
        [4, structs(this.#groups)],
        [6, text(`headrig version ${version()}`)],
        // Without a declared order readers may not use bounds.
        [7, structs(this.#leaves.map(() => struct([[1, struct()]])))],
      ]),
    )
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.length)
    await this.put(Buffer.concat([footer, length, MAGIC]))
    return this.#size
  }

  async #copyRange(
    source: FileHandle,
    start: number,
    end: number,
    signal?: AbortSignal,
  ): Promise<void> {
    this.#buffer ??= Buffer.allocUnsafe(COPY_BYTES)
    for (let at = start; at < end;) {
      signal?.throwIfAborted()
      const length = Math.min(end - at, this.#buffer.length)
      const { bytesRead } = await source.read(this.#buffer, 0, length, at)
      if (bytesRead === 0) throw new RangeError('a data file became shorter while it was copied')
      await this.put(this.#buffer.subarray(0, bytesRead))
      at += bytesRead
    }
  }
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, p) => sum + p.length, 0)
}

function columnOf(metadata: ThriftValue, offset: number): ThriftValue {
  return struct([
    [2, i64(offset)],
    [3, metadata],
  ])
}

function moved({ metadata }: ColumnChunk, shift: number): ThriftValue {
  const fields = new Map([...metadata].filter(([id]) => KEPT_METADATA.has(id)))
  const dictionary = numberIn(metadata, OFFSETS.dictionary) ?? 0
  fields.set(OFFSETS.data, i64((numberIn(metadata, OFFSETS.data) ?? 0) + shift))
  if (dictionary > 0) fields.set(OFFSETS.dictionary, i64(dictionary + shift))
  const statistics: ThriftStruct = structIn(metadata, STATISTICS) ?? new Map()
  const kept = [...statistics].filter(([id]) => KEPT_STATISTICS.has(id))
  if (kept.length > 0) fields.set(STATISTICS, struct(kept))
  return struct([...fields].toSorted(([a], [b]) => a - b))
}
