import { open, type FileHandle } from 'node:fs/promises'
import type { TableColumn } from '../../formats/table-schema.js'
import { isSame, leafKey, leavesOf, schemaTree, type Leaf } from './schema.js'
import { readThrift, type ThriftStruct, type ThriftValue } from './thrift.js'
import { listIn, numberIn, structIn, structOf } from './thrift-values.js'

const MAGIC = 'PAR1'

// Field numbers of parquet.thrift.
const FILE = { schema: 2, rows: 3, groups: 4, encryption: 8 }
const GROUP = { columns: 1, rows: 3 }
const CHUNK = { path: 1, metadata: 3, crypto: 8, encrypted: 9 }
const METADATA = { type: 1, path: 3, values: 5, stored: 7, data: 9, index: 10, dictionary: 11 }

/** A footer larger than this is not one that we copy by. */
const MOST_FOOTER_BYTES = 64 * 2 ** 20

/** One column's bytes in a row group. */
export interface ColumnChunk {
  readonly metadata: ThriftStruct
  readonly start: number
  readonly bytes: number
}

/** Rows of a file that can be copied without reading them. */
export interface RowGroup {
  readonly path: string
  readonly rows: number
  /** As stored. */
  readonly bytes: number
  /** By leaf. */
  readonly chunks: ReadonlyMap<string, ColumnChunk>
}

/**
 * The row groups of a file, if its bytes mean in a table of these columns just what they mean in the
 * file. Undefined for anything else, damaged files included: an engine has to read it, or to say why not.
 */
export async function copyableGroups(
  path: string,
  columns: readonly TableColumn[],
): Promise<readonly RowGroup[] | undefined> {
  try {
    const file = await open(path)
    try {
      const { footer, end } = await readFooter(file)
      return groupsOf(path, footer, end, columns)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

async function readFooter(
  file: FileHandle,
): Promise<{ readonly footer: ThriftStruct; readonly end: number }> {
  const { size } = await file.stat()
  const tail = await bytesAt(file, Math.max(0, size - 8), 8)
  const length = tail.readUInt32LE()
  const end = size - 8 - length
  const isParquet = tail.toString('latin1', 4) === MAGIC && end >= MAGIC.length
  if (!isParquet || length > MOST_FOOTER_BYTES) throw new RangeError('no Parquet file')
  return { footer: readThrift(await bytesAt(file, end, length)), end }
}

async function bytesAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, start)
  if (bytesRead < length) throw new RangeError('file ends early')
  return bytes
}

function groupsOf(
  path: string,
  footer: ThriftStruct,
  end: number,
  columns: readonly TableColumn[],
): readonly RowGroup[] | undefined {
  const nodes = schemaTree(listIn(footer, FILE.schema))
  if (!nodes || footer.has(FILE.encryption)) return undefined
  const leaves = new Map<string, Leaf>()
  for (const node of nodes) {
    const column = columns.find((c) => c.name === node.name)
    if (!column || !isSame(node, column)) return undefined
    for (const leaf of leavesOf(column)) {
      if (leaves.has(leaf.key)) return undefined
      leaves.set(leaf.key, leaf)
    }
  }
  const groups: RowGroup[] = []
  for (const group of listIn(footer, FILE.groups)) {
    const found = groupOf(path, structOf(group), leaves, end)
    if (!found) return undefined
    if (found.rows > 0) groups.push(found)
  }
  const rows = groups.reduce((sum, g) => sum + g.rows, 0)
  return rows === numberIn(footer, FILE.rows) ? groups : undefined
}

function groupOf(
  path: string,
  group: ThriftStruct | undefined,
  leaves: ReadonlyMap<string, Leaf>,
  end: number,
): RowGroup | undefined {
  const rows = group && numberIn(group, GROUP.rows)
  if (!group || rows === undefined) return undefined
  const chunks = new Map<string, ColumnChunk>()
  for (const column of listIn(group, GROUP.columns)) {
    const found = chunkOf(structOf(column), leaves, rows, end)
    if (!found || chunks.has(found.key)) return undefined
    chunks.set(found.key, found.chunk)
  }
  if (chunks.size !== leaves.size) return undefined
  const bytes = [...chunks.values()].reduce((sum, c) => sum + c.bytes, 0)
  return { path, rows, bytes, chunks }
}

function chunkOf(
  column: ThriftStruct | undefined,
  leaves: ReadonlyMap<string, Leaf>,
  rows: number,
  end: number,
): { readonly key: string; readonly chunk: ColumnChunk } | undefined {
  if (!column || [CHUNK.path, CHUNK.crypto, CHUNK.encrypted].some((id) => column.has(id))) {
    return undefined
  }
  const metadata = structIn(column, CHUNK.metadata)
  if (!metadata || metadata.has(METADATA.index)) return undefined
  const leaf = leaves.get(leafKey(listIn(metadata, METADATA.path).map(pathPart)))
  const values = numberIn(metadata, METADATA.values)
  if (!leaf || values === undefined || numberIn(metadata, METADATA.type) !== leaf.physical) {
    return undefined
  }
  if (leaf.maxRep === 0 ? values !== rows : values < rows) return undefined
  const data = numberIn(metadata, METADATA.data) ?? 0
  // 0 stands for none.
  const start = Math.min(data, numberIn(metadata, METADATA.dictionary) || data)
  const bytes = numberIn(metadata, METADATA.stored) ?? 0
  if (start < MAGIC.length || bytes <= 0 || start + bytes > end) return undefined
  return { key: leaf.key, chunk: { metadata, start, bytes } }
}

function pathPart(value: ThriftValue): string {
  return value.type === 'binary' ? value.value.toString('utf8') : ''
}
