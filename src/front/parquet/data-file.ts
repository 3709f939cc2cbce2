import { randomUUID } from 'node:crypto'
import { openSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { FileStats } from '../../core/file-stats.js'
import type { Scanner } from '../scanner.js'
import { encodeLeaf, type EncodedLeaf, type RowWindow } from './encode-leaf.js'
import { finishFile, MAGIC, OpenFile, type PlacedLeaf } from './finish-file.js'
import { columnTrees, mayHaveValue, type ColumnTree, type Leaf } from './leaves.js'

/** What the scanner's rows need to know of an object of the batch. */
export interface ObjectFacts {
  readonly uri: string
  readonly account: string | null
  readonly region: string | null
}

/** A finished data file: rows of one format and one day, sorted by time. */
export interface WrittenFile {
  readonly path: string
  readonly size: number
  readonly formatId: string
  /** `yyyy-mm-dd` */
  readonly day: string
  readonly stats: FileStats
  /** µs since 1970, as text: JSON has no 64-bit numbers. */
  readonly minTime: string
  readonly maxTime: string
}

export interface WriteOptions {
  readonly folder: string
  readonly facts: (object: number) => ObjectFacts
  readonly ingestedAt: Date
  readonly createdBy: string
}

const DAY_MICROS = 86_400_000_000n

/**
 * Writes a scanner's rows, sorted by time, to a data file for each day.
 * @param left by row: 1 when it is left out
 */
export function writeDataFiles(
  scanner: Scanner,
  options: WriteOptions,
  left?: Uint8Array,
): WrittenFile[] {
  const { front } = scanner
  const times = new BigInt64Array(front.memory.buffer, front.times.value as number, scanner.rows)
  const all = sortedOrder(times)
  const order = left?.includes(1) ? all.filter((row) => left[row] === 0) : all
  const rows = order.length
  const days: { day: string; from: number; to: number; minTime: string; maxTime: string }[] = []
  for (let from = 0; from < rows;) {
    const day = floorDay(times[order[from] as number] as bigint)
    const to = firstOnOrAfter(times, order, from, (day + 1n) * DAY_MICROS)
    days.push({
      day: new Date(Number(day) * 86_400_000).toISOString().slice(0, 10),
      from,
      to,
      minTime: String(times[order[from] as number]),
      maxTime: String(times[order[to - 1] as number]),
    })
    from = to
  }
  // From here on WebAssembly memory may move: nothing above is read any more but `order`, which is a copy.
  if (rows === 0) return []
  const facts = factTables(scanner, options.facts)
  const orderAt = align(facts.end)
  front.ensure(orderAt, rows * 4)
  new Uint32Array(front.memory.buffer, orderAt, rows).set(order)
  const scratch = align(orderAt + rows * 4)
  const columns = columnTrees(scanner.format, scanner.plan)
  return days.map(({ from, to, ...day }) => {
    const window: RowWindow = {
      front,
      order: orderAt,
      from,
      rows: to - from,
      scratch,
      facts,
      ingestedAt: options.ingestedAt,
    }
    return {
      ...writeFile(columns, window, scanner.plan.slots.length, options),
      formatId: scanner.format.id,
      ...day,
    }
  })
}

function writeFile(
  columns: readonly ColumnTree[],
  window: RowWindow,
  slotCount: number,
  options: WriteOptions,
): { path: string; size: number; stats: FileStats } {
  const { front, order, from, rows, scratch } = window
  const flags = front.presentSlots(order, from, rows, scratch)
  const present = new Uint8Array(front.memory.buffer, flags, slotCount).slice()
  const kept = columns.filter(
    (c) => !c.optional || c.leaves.some((l) => mayHaveValue(l.source, present)),
  )
  const path = join(options.folder, `part-${randomUUID()}.zstd.parquet`)
  const file = new OpenFile(openSync(path, 'wx', 0o600), 0)
  try {
    file.write(MAGIC)
    const leaves = kept.flatMap((c) => c.leaves)
    const encode = encoder(leaves, window)
    const placed = leaves.map((leaf): PlacedLeaf => {
      const { pieces, ...facts } = encode(leaf)
      const start = file.size
      for (const piece of pieces) file.write(piece)
      return { ...facts, leaf, start }
    })
    const stats = finishFile(file, { columns, kept, rows, placed, createdBy: options.createdBy })
    file.close()
    return { path, size: file.size, stats }
  } catch (error) {
    file.close()
    unlinkSync(path)
    throw error
  }
}

/** Encodes leaves once where they read the same slots: `srcaddr` and `source_ip`, and its key behind them. */
function encoder(leaves: readonly Leaf[], window: RowWindow): (leaf: Leaf) => EncodedLeaf {
  const kept = new Map<string, EncodedLeaf>()
  const keyOf = ({ source, presence }: Leaf): string => JSON.stringify([source, presence])
  return (leaf) => {
    const { source, presence } = leaf
    if (source.kind !== 'text' && source.kind !== 'ip-key') return encodeLeaf(leaf, window)
    const again = kept.get(keyOf(leaf))
    if (again) return again
    const result = encodeLeaf(leaf, window)
    if (result.bytes < 1 << 20) kept.set(keyOf(leaf), result)
    if (source.kind === 'text' && source.fact === undefined && presence.length === 0) {
      const slots = source.slots.join()
      const key = leaves.find((l) => l.source.kind === 'ip-key' && l.source.slots.join() === slots)
      // While the column's texts are at hand.
      if (key && !kept.has(keyOf(key))) kept.set(keyOf(key), encodeLeaf(key, window, true))
    }
    return result
  }
}

/** Tables of what the objects say, by object: a pointer and a length each, in WebAssembly memory. */
function factTables(
  scanner: Scanner,
  facts: (object: number) => ObjectFacts,
): { uri: number; account: number; region: number; end: number } {
  const { front, rows } = scanner
  const objects = new Uint32Array(front.memory.buffer, front.objectsAt(), rows)
  const used = [...new Set(objects)]
  const count = used.reduce((max, o) => Math.max(max, o), 0) + 1
  const texts = new Map<string, number>()
  const rowsOf = used.map((object) => ({ object, ...facts(object) }))
  for (const { uri, account, region } of rowsOf)
    for (const text of [uri, account, region]) if (text !== null) texts.set(text, 0)
  const encoded = [...texts.keys()].map((text) => ({ text, bytes: Buffer.from(text) }))
  const start = align(front.side.value as number)
  const bytes = encoded.reduce((sum, e) => sum + e.bytes.length, 0)
  front.ensure(start, count * 24 + bytes)
  const memory = new Uint8Array(front.memory.buffer)
  const view = new DataView(front.memory.buffer)
  let at = start + count * 24
  for (const { text, bytes: b } of encoded) {
    memory.set(b, at)
    texts.set(text, at)
    at += b.length
  }
  const tables = { uri: start, account: start + count * 8, region: start + count * 16, end: at }
  for (const { object, uri, account, region } of rowsOf) {
    for (const [table, text] of [
      [tables.uri, uri],
      [tables.account, account],
      [tables.region, region],
    ] as const) {
      view.setUint32(table + object * 8, text === null ? 0 : (texts.get(text) ?? 0), true)
      view.setUint32(
        table + object * 8 + 4,
        text === null ? 0xffffffff : Buffer.byteLength(text),
        true,
      )
    }
  }
  return tables
}

/** Row numbers in order of time; equal times keep their order. */
function sortedOrder(times: BigInt64Array): Uint32Array {
  const rows = times.length
  const order = new Uint32Array(rows)
  let sorted = true
  let min = times[0] ?? 0n
  let max = min
  for (let i = 0; i < rows; i++) {
    order[i] = i
    const t = times[i] as bigint
    if (t < max) sorted = false
    else max = t
    if (t < min) min = t
  }
  if (sorted) return order
  if (max - min < 1n << 43n && rows <= 1 << 20) {
    // Time and row in one number: sorting plain numbers is many times faster than comparing by a function.
    const keys = new BigUint64Array(rows)
    for (let i = 0; i < rows; i++) keys[i] = (((times[i] as bigint) - min) << 20n) | BigInt(i)
    keys.sort()
    const words = new Uint32Array(keys.buffer)
    for (let i = 0; i < rows; i++) order[i] = (words[i * 2] as number) & 0xfffff
    return order
  }
  return order.sort((a, b) => {
    const x = times[a] as bigint
    const y = times[b] as bigint
    return x < y ? -1 : x > y ? 1 : a - b
  })
}

function align(p: number): number {
  return (p + 15) & ~15
}

function floorDay(micros: bigint): bigint {
  const day = micros / DAY_MICROS
  return micros < 0n && day * DAY_MICROS !== micros ? day - 1n : day
}

function firstOnOrAfter(
  times: BigInt64Array,
  order: Uint32Array,
  from: number,
  limit: bigint,
): number {
  let low = from
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[order[middle] as number] as bigint) < limit) low = middle + 1
    else high = middle
  }
  return low
}
