import { join } from 'node:path'
import type { StagedKind } from './plan.js'
import { UNMAPPED } from './plan.js'
import type { Scanner } from './scanner.js'
import { StagedParquet } from './staged-parquet.js'

/** Columns of a staged file that are no raw value. */
export const STAGED = {
  time: '@time',
  id: '@id',
  object: '@object',
  row: '@row',
  account: '@account',
  region: '@region',
  sourceIpKey: '@source_ip_key',
  destIpKey: '@dest_ip_key',
  unmapped: UNMAPPED,
} as const

/** What the scanner's rows need to know of an object of the batch. */
export interface ObjectFacts {
  readonly uri: string
  readonly account: string | null
  readonly region: string | null
}

/** A file of rows of one format and one day, sorted by time. */
export interface StagedFile {
  readonly path: string
  readonly formatId: string
  /** `yyyy-mm-dd` */
  readonly day: string
  readonly rows: number
  /** Staged columns that are in the file; the others have no value in any row. */
  readonly columns: readonly string[]
  /** µs since 1970, as text: JSON has no 64-bit numbers. */
  readonly minTime: string
  readonly maxTime: string
}

const DAY_MICROS = 86_400_000_000n
const PAGE_BYTES = 1 << 20
const PAGE_ROWS = 65_536
const KIND: Readonly<Record<Exclude<StagedKind, 'text' | 'double'>, number>> = {
  int: 2,
  long: 3,
  boolean: 5,
  'iso-time': 6,
  'epoch-seconds': 7,
}

/** Writes a scanner's rows, sorted by time, a file for each day. */
export function stageRows(
  scanner: Scanner,
  facts: (object: number) => ObjectFacts,
  folder: string,
  name: string,
): StagedFile[] {
  const { front } = scanner
  const rows = scanner.rows
  const times = new BigInt64Array(front.memory.buffer, front.times.value as number, rows)
  const order = sortedOrder(times)
  const files: StagedFile[] = []
  let from = 0
  while (from < rows) {
    const day = floorDay(times[order[from] as number] as bigint)
    const to = firstOnOrAfter(times, order, from, (day + 1n) * DAY_MICROS)
    files.push({
      path: join(folder, `${name}-${files.length}.staged`),
      formatId: scanner.format.id,
      day: new Date(Number(day) * 86_400_000).toISOString().slice(0, 10),
      rows: to - from,
      columns: [],
      minTime: String(times[order[from] as number]),
      maxTime: String(times[order[to - 1] as number]),
    })
    from = to
  }
  // Everything above reads WebAssembly memory that the writes below may move.
  const base = scanner.front.side.value as number
  const orderAt = (base + 15) & ~15
  front.ensure(orderAt, rows * 4 + 64)
  new Uint32Array(front.memory.buffer, orderAt, rows).set(order)
  let start = 0
  return files.map((file) => {
    const columns = writeFile(scanner, facts, file, {
      orderAt,
      order,
      start,
      out: (orderAt + rows * 4 + 79) & ~15,
    })
    start += file.rows
    return { ...file, columns }
  })
}

interface Window {
  readonly orderAt: number
  readonly order: Uint32Array
  readonly start: number
  readonly out: number
}

function writeFile(
  scanner: Scanner,
  facts: (object: number) => ObjectFacts,
  file: StagedFile,
  window: Window,
): string[] {
  const { front, plan } = scanner
  const { orderAt, start, out } = window
  const parquet = new StagedParquet(file.path, file.rows)
  const names: string[] = []
  try {
    const column = (
      name: string,
      type: 'text' | 'int32' | 'int64' | 'timestamp',
      gather: (from: number, count: number) => number,
      slot?: number,
    ): void => {
      parquet.beginColumn(name, type)
      for (let at = 0; at < file.rows;) {
        const left = Math.min(file.rows - at, PAGE_ROWS)
        const count =
          slot === undefined
            ? left
            : Math.max(
                1,
                front.rowsForPage(slot, orderAt, start + at, start + at + left, PAGE_BYTES),
              )
        const bytes = gather(start + at, count)
        parquet.page(count, new Uint8Array(front.memory.buffer, out, bytes))
        at += count
      }
      parquet.endColumn()
      names.push(name)
    }
    column(STAGED.time, 'timestamp', (from, n) => front.gatherFixed(0, orderAt, from, n, out))
    column(STAGED.row, 'int64', (from, n) => front.gatherFixed(2, orderAt, from, n, out))
    column(STAGED.id, 'text', (from, n) => front.gatherId(plan.idSlot, orderAt, from, n, out))
    names.push(...writeObjectFacts(parquet, scanner, facts, window, file.rows))
    const present = front.presentSlots(plan.slots.length, orderAt, start, file.rows, out)
    const flags = new Uint8Array(front.memory.buffer, present, plan.slots.length).slice()
    plan.slots.forEach((s, slot) => {
      if (flags[slot] === 0) return
      if (s.kind === 'text' || s.kind === 'double') {
        column(s.name, 'text', (from, n) => front.gatherText(slot, orderAt, from, n, out), slot)
        return
      }
      const type =
        s.kind === 'int' || s.kind === 'boolean'
          ? 'int32'
          : s.kind === 'long'
            ? 'int64'
            : 'timestamp'
      const kind = KIND[s.kind]
      column(s.name, type, (from, n) => front.gatherNumber(slot, kind, orderAt, from, n, out))
    })
    for (const [name, list] of [
      [STAGED.sourceIpKey, plan.sourceIp],
      [STAGED.destIpKey, plan.destIp],
    ] as const) {
      if (!list.some((slot) => flags[slot] === 1)) continue
      const body = out + 64
      front.ensure(out, 64)
      new Uint32Array(front.memory.buffer, out, list.length).set(list)
      parquet.beginColumn(name, 'text')
      for (let at = 0; at < file.rows; at += 16_384) {
        const count = Math.min(16_384, file.rows - at)
        const bytes = front.gatherIpKey(out, list.length, orderAt, start + at, count, body)
        parquet.page(count, new Uint8Array(front.memory.buffer, body, bytes))
      }
      parquet.endColumn()
      names.push(name)
    }
    parquet.close()
    return names
  } catch (error) {
    parquet.abandon()
    throw error
  }
}

/** URI, account and region of each row's object, as dictionaries. */
function writeObjectFacts(
  parquet: StagedParquet,
  scanner: Scanner,
  facts: (object: number) => ObjectFacts,
  window: Window,
  rows: number,
): string[] {
  const { front } = scanner
  const written: string[] = []
  const objects = new Uint32Array(front.memory.buffer, front.objectsAt(), scanner.rows)
  const perRow = new Uint32Array(rows)
  for (let i = 0; i < rows; i++)
    perRow[i] = objects[window.order[window.start + i] as number] as number
  for (const [name, pick] of [
    [STAGED.object, (f: ObjectFacts) => f.uri],
    [STAGED.account, (f: ObjectFacts) => f.account],
    [STAGED.region, (f: ObjectFacts) => f.region],
  ] as const) {
    const values: string[] = []
    const numbers = new Map<string, number>()
    const ofObject = new Map<number, number>()
    // Values are numbered from 1 here; 0 is "no value", which has no entry in the dictionary.
    const indexes = new Uint32Array((rows + 7) & ~7)
    let kept = 0
    const bits = new Uint8Array((rows + 7) >> 3)
    for (let i = 0; i < rows; i++) {
      const object = perRow[i] as number
      let number = ofObject.get(object)
      if (number === undefined) {
        const value = pick(facts(object))
        number = 0
        if (value !== null) {
          number = numbers.get(value) ?? values.push(value)
          numbers.set(value, number)
        }
        ofObject.set(object, number)
      }
      if (number === 0) continue
      indexes[kept++] = number - 1
      bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
    }
    if (kept === 0) continue
    parquet.beginColumn(name, 'dictionary')
    parquet.dictionaryPage(values)
    parquet.markData()
    parquet.page(rows, dictionaryPageBody(bits, indexes, kept))
    parquet.endColumn()
    written.push(name)
  }
  return written
}

function dictionaryPageBody(bits: Uint8Array, indexes: Uint32Array, kept: number): Uint8Array {
  const levels = Buffer.concat([varint((bits.length << 1) | 1), bits])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(levels.length)
  const groups = (kept + 7) >> 3
  // Indexes are bit-packed with 32 bits each: little-endian words as they are.
  const packed = new Uint8Array(indexes.buffer, 0, groups * 32)
  return Buffer.concat([size, levels, Buffer.from([32]), varint(groups * 2 + 1), packed])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let v = value
  while (v >= 0x80) {
    bytes.push((v % 0x80) | 0x80)
    v = Math.floor(v / 0x80)
  }
  bytes.push(v)
  return Buffer.from(bytes)
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
