import { openSync } from 'node:fs'
import type { LogFormat } from '../../formats/format.js'
import { planOf } from '../plan.js'
import type { WrittenFile } from '../parquet/data-file.js'
import { finishFile, OpenFile, type PlacedLeaf } from '../parquet/finish-file.js'
import { columnTrees, type ColumnTree } from '../parquet/leaves.js'

/** A data file without its end: `WrittenChunks` of `native/src/parquet/mod.rs`. */
export interface WrittenChunks {
  readonly path: string
  readonly size: number
  readonly rows: number
  /** Days since 1970. */
  readonly day: number
  readonly minTime: string
  readonly maxTime: string
  /** Numbers of the columns that are there. */
  readonly columns: readonly number[]
  /** Of their leaves in order. */
  readonly chunks: readonly WrittenChunk[]
}

interface WrittenChunk extends Omit<PlacedLeaf, 'leaf' | 'min' | 'max'> {
  /** Hex digits. */
  readonly min: string | null
  readonly max: string | null
}

const trees = new WeakMap<LogFormat, readonly ColumnTree[]>()

/** Ends a file that the native front has written the column chunks of. */
export function endFile(format: LogFormat, written: WrittenChunks, createdBy: string): WrittenFile {
  let columns = trees.get(format)
  if (!columns) trees.set(format, (columns = columnTrees(format, planOf(format))))
  const { path, rows, day, minTime, maxTime, chunks } = written
  const kept = columns.filter((_, i) => written.columns.includes(i))
  const leaves = kept.flatMap((c) => c.leaves)
  if (leaves.length !== chunks.length)
    throw new Error(`${chunks.length} column chunks for ${leaves.length} leaves`)
  const placed = leaves.map((leaf, i): PlacedLeaf => {
    const chunk = chunks[i] as WrittenChunk
    return { ...chunk, leaf, min: bytesOf(chunk.min), max: bytesOf(chunk.max) }
  })
  const file = new OpenFile(openSync(path, 'a'), written.size)
  try {
    const stats = finishFile(file, { columns, kept, rows, placed, createdBy })
    return {
      path,
      size: file.size,
      formatId: format.id,
      day: new Date(day * 86_400_000).toISOString().slice(0, 10),
      stats,
      minTime,
      maxTime,
    }
  } finally {
    file.close()
  }
}

function bytesOf(hex: string | null): Uint8Array | undefined {
  return hex === null ? undefined : Buffer.from(hex, 'hex')
}
