import { closeSync, writeSync } from 'node:fs'
import type { FileStats } from '../../core/file-stats.js'
import type { EncodedLeaf } from './encode-leaf.js'
import { footer, type Chunk } from './footer.js'
import type { ColumnTree, Leaf } from './leaves.js'
import { leafStats } from './stats.js'

export const MAGIC = Buffer.from('PAR1')

/** A file that is being written. */
export class OpenFile {
  readonly #fd: number
  #open = true
  /** Bytes so far. */
  size: number

  constructor(fd: number, size: number) {
    this.#fd = fd
    this.size = size
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#fd, bytes, done, bytes.length - done)
    this.size += bytes.length
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#open) closeSync(this.#fd)
    this.#open = false
  }
}

/** A column chunk in its file. */
export interface PlacedLeaf extends Omit<EncodedLeaf, 'pieces'> {
  readonly leaf: Leaf
  readonly start: number
}

export interface FileEnd {
  /** All of the table. */
  readonly columns: readonly ColumnTree[]
  /** Those that the file has. */
  readonly kept: readonly ColumnTree[]
  readonly rows: number
  readonly placed: readonly PlacedLeaf[]
  readonly createdBy: string
}

/** Writes what comes behind the column chunks of a data file; its statistics. */
export function finishFile(file: OpenFile, end: FileEnd): FileStats {
  const { columns, kept, rows, placed, createdBy } = end
  const stats = leafStats(columns, rows)
  for (const leaf of placed) stats.add(leaf.leaf, leaf)
  const metadata = footer(kept, rows, placed.map(chunkOf), createdBy)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(metadata.length)
  file.write(Buffer.concat([metadata, length, MAGIC]))
  return stats.finish()
}

function chunkOf({ start, dictionaryBytes, bytes, ...placed }: PlacedLeaf): Chunk {
  return {
    ...placed,
    dictionaryAt: dictionaryBytes === 0 ? undefined : start,
    dataAt: start + dictionaryBytes,
    compressed: bytes,
  }
}
