import type { ScalarType } from '../../formats/format.js'
import { PHYSICAL, type ColumnTree, type Leaf, type SchemaNode } from './leaves.js'
import { ThriftWriter } from './thrift.js'

/** One column chunk as written; offsets and sizes are bytes. */
export interface Chunk {
  readonly leaf: Leaf
  readonly entries: number
  readonly nulls: number
  readonly dictionaryAt: number | undefined
  /** Of the data pages' values. */
  readonly encoding: number
  readonly dataAt: number
  readonly compressed: number
  readonly uncompressed: number
  /** As Parquet's statistics spell them: PLAIN without a length. */
  readonly min: Uint8Array | undefined
  readonly max: Uint8Array | undefined
}

const CODEC_ZSTD = 6
export const ENCODING = { plain: 0, rle: 3, delta: 5, deltaLength: 6, dictionary: 8 } as const
const OPTIONAL = 1
const REPEATED = 2

/** Physical type of a column's type. */
export function physicalOf(type: ScalarType): number {
  switch (type) {
    case 'int':
    case 'date':
      return PHYSICAL.int32
    case 'long':
    case 'timestamp':
      return PHYSICAL.int64
    case 'double':
      return PHYSICAL.double
    case 'boolean':
      return PHYSICAL.boolean
    case 'string':
      return PHYSICAL.text
  }
}

/** Parquet's FileMetaData for a file of one row group, by parquet.thrift of the format's version 2.10. */
export function footer(
  columns: readonly ColumnTree[],
  rows: number,
  chunks: readonly Chunk[],
  createdBy: string,
): Uint8Array {
  const elements: ((w: ThriftWriter) => void)[] = [
    (w) => w.text(4, 'headrig').i32(5, columns.length),
  ]
  for (const column of columns) schemaElements(column.name, column.node, elements)
  const total = chunks.reduce((sum, c) => sum + c.compressed, 0)
  return (
    new ThriftWriter()
      .i32(1, 1)
      .structs(2, elements, (w, element) => element(w))
      .i64(3, rows)
      .structs(4, [0], (w) =>
        w
          .structs(1, chunks, (c, chunk) =>
            c.i64(2, chunk.dictionaryAt ?? chunk.dataAt).struct(3, (m) => columnMetaData(m, chunk)),
          )
          .i64(
            2,
            chunks.reduce((sum, c) => sum + c.uncompressed, 0),
          )
          .i64(3, rows)
          .i64(5, chunks[0] ? (chunks[0].dictionaryAt ?? chunks[0].dataAt) : 4)
          .i64(6, total),
      )
      .text(6, createdBy)
      // Bounds are in the order that each type defines: readers that are not told do not use them.
      .structs(7, chunks, (w) => w.struct(1, () => {}))
      .finish()
  )
}

function columnMetaData(w: ThriftWriter, chunk: Chunk): void {
  const { leaf, dictionaryAt } = chunk
  // That of levels, of a dictionary's entries, and of the values.
  const encodings = new Set<number>([ENCODING.rle, chunk.encoding])
  if (dictionaryAt !== undefined) encodings.add(ENCODING.plain)
  w.i32(1, physicalOf(leaf.type))
    .i32s(2, [...encodings])
    .texts(3, leaf.path)
    .i32(4, CODEC_ZSTD)
    .i64(5, chunk.entries)
    .i64(6, chunk.uncompressed)
    .i64(7, chunk.compressed)
    .i64(9, chunk.dataAt)
  if (dictionaryAt !== undefined) w.i64(11, dictionaryAt)
  w.struct(12, (s) => {
    s.i64(3, chunk.nulls)
    if (chunk.max && chunk.min) s.bytes(5, chunk.max).bytes(6, chunk.min)
  })
}

function schemaElements(name: string, node: SchemaNode, out: ((w: ThriftWriter) => void)[]): void {
  if (node.kind === 'leaf') {
    out.push((w) => leafElement(w, name, node.type))
    return
  }
  if (node.kind === 'struct') {
    out.push((w) => w.i32(3, OPTIONAL).text(4, name).i32(5, node.fields.length))
    for (const field of node.fields) schemaElements(field.name, field.node, out)
    return
  }
  // ConvertedType LIST is 3; LogicalType LIST is field 3 of its union.
  out.push((w) =>
    w
      .i32(3, OPTIONAL)
      .text(4, name)
      .i32(5, 1)
      .i32(6, 3)
      .struct(10, (l) => l.struct(3, () => {})),
  )
  out.push((w) => w.i32(3, REPEATED).text(4, 'list').i32(5, 1))
  out.push((w) => w.i32(3, OPTIONAL).text(4, 'element').i32(5, node.fields.length))
  for (const field of node.fields) schemaElements(field.name, field.node, out)
}

function leafElement(w: ThriftWriter, name: string, type: ScalarType): void {
  w.i32(1, physicalOf(type)).i32(3, OPTIONAL).text(4, name)
  // ConvertedType UTF8 is 0, DATE 6, TIMESTAMP_MICROS 10; LogicalType STRING 1, DATE 6, TIMESTAMP 8 (micros: unit 2).
  if (type === 'string') w.i32(6, 0).struct(10, (l) => l.struct(1, () => {}))
  if (type === 'date') w.i32(6, 6).struct(10, (l) => l.struct(6, () => {}))
  if (type === 'timestamp') {
    w.i32(6, 10).struct(10, (l) =>
      l.struct(8, (t) => t.bool(1, true).struct(2, (u) => u.struct(2, () => {}))),
    )
  }
}
