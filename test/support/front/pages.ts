import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { decompress } from 'fzstd'
import { readThrift, type ThriftStruct, writeThrift } from '../../../src/engines/parquet/thrift.js'

/** A Parquet file in a form in which two compare: all but how well its pages were compressed. */
export interface FileFacts {
  readonly rows: number
  readonly createdBy: string
  readonly columns: readonly ColumnFacts[]
}

interface ColumnFacts {
  readonly path: string
  readonly encodings: string
  readonly entries: number
  /** Nulls and bounds, as their bytes in hex. */
  readonly statistics: string
  /** Each page's kind, entries, encoding, size and contents. */
  readonly pages: readonly string[]
}

/** Reads every page of a data file that a front wrote. */
export function fileFacts(path: string): FileFacts {
  const bytes = readFileSync(path)
  const footer = readThrift(bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8), -8))
  const groups = structs(footer, 4)
  return {
    rows: number(footer, 3),
    createdBy: text(footer, 6),
    columns: groups.flatMap((group) => structs(group, 1).map((c) => columnFacts(bytes, c))),
  }
}

function columnFacts(bytes: Buffer, column: ThriftStruct): ColumnFacts {
  const meta = struct(column, 3)
  const dictionary = meta.has(11) ? number(meta, 11) : undefined
  const from = dictionary ?? number(meta, 9)
  const pages: string[] = []
  let uncompressed = 0
  for (let at = from; at < from + number(meta, 7);) {
    const head = readThrift(bytes.subarray(at))
    // Its own bytes again: what it takes is told by nothing else.
    at += writeThrift(head).length
    const packed = bytes.subarray(at, at + number(head, 3))
    at += packed.length
    const content = decompress(packed)
    uncompressed += content.length
    if (content.length !== number(head, 2)) throw new Error(`a page of another size: ${path(meta)}`)
    const kind = number(head, 1) === 2 ? 'dictionary' : 'data'
    const of = struct(head, kind === 'data' ? 5 : 7)
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)
    pages.push(`${kind} ${number(of, 1)} encoding ${number(of, 2)} ${content.length} bytes ${hash}`)
  }
  if (uncompressed > number(meta, 6)) throw new Error(`pages too large: ${path(meta)}`)
  const statistics = writeThrift(struct(meta, 12)).toString('hex')
  return {
    path: path(meta),
    encodings: list(meta, 2).map(String).join(' '),
    entries: number(meta, 5),
    statistics,
    pages,
  }
}

const path = (meta: ThriftStruct): string => list(meta, 3).map(String).join('.')

function list(of: ThriftStruct, field: number): unknown[] {
  const held = of.get(field)
  return held?.type === 'list' ? held.value.map((v) => v.value) : []
}

function structs(of: ThriftStruct, field: number): ThriftStruct[] {
  const held = of.get(field)
  if (held?.type !== 'list') return []
  return held.value.flatMap((v) => (v.type === 'struct' ? [v.value] : []))
}

function struct(of: ThriftStruct, field: number): ThriftStruct {
  const held = of.get(field)
  return held?.type === 'struct' ? held.value : new Map()
}

function number(of: ThriftStruct, field: number): number {
  const held = of.get(field)
  return typeof held?.value === 'bigint' ? Number(held.value) : 0
}

function text(of: ThriftStruct, field: number): string {
  const held = of.get(field)
  return held?.type === 'binary' ? held.value.toString() : ''
}
