import type { Leaf } from './schema.js'
import { writeThrift, type ThriftValue } from './thrift.js'
import { i32, i32s, i64, struct, structOf, texts } from './thrift-values.js'

const PLAIN = 0
const RLE = 3
const UNCOMPRESSED = 0

/** A column chunk of a row group in which no row has a value: the bytes of its only page, and its metadata. */
export function nullChunk(
  leaf: Leaf,
  rows: number,
  offset: number,
): { readonly bytes: Buffer; readonly metadata: ThriftValue } {
  const levels = Buffer.concat([
    ...(leaf.maxRep > 0 ? [zeroLevels(rows)] : []),
    ...(leaf.maxDef > 0 ? [zeroLevels(rows)] : []),
  ])
  const header = writeThrift(
    fieldsOf([
      [1, i32(0)],
      [2, i32(levels.length)],
      [3, i32(levels.length)],
      [
        5,
        struct([
          [1, i32(rows)],
          [2, i32(PLAIN)],
          [3, i32(RLE)],
          [4, i32(RLE)],
        ]),
      ],
    ]),
  )
  const bytes = Buffer.concat([header, levels])
  const metadata = struct([
    [1, i32(leaf.physical)],
    [2, i32s([PLAIN, RLE])],
    [3, texts(leaf.path)],
    [4, i32(UNCOMPRESSED)],
    [5, i64(rows)],
    [6, i64(bytes.length)],
    [7, i64(bytes.length)],
    [9, i64(offset)],
    [12, struct([[3, i64(rows)]])],
  ])
  return { bytes, metadata }
}

/** One run of zeros, with its length before it; no level of ours needs more than a byte. */
function zeroLevels(count: number): Buffer {
  const run: number[] = []
  for (let left = count * 2; ; left = Math.floor(left / 128)) {
    run.push(left < 128 ? left : (left % 128) + 128)
    if (left < 128) break
  }
  run.push(0)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(run.length)
  return Buffer.concat([length, Buffer.from(run)])
}

function fieldsOf(fields: readonly (readonly [number, ThriftValue])[]) {
  return structOf(struct(fields)) ?? new Map<number, ThriftValue>()
}
