import { compress } from '../zstd.js'
import type { FrontExports } from '../wasm.js'
import { ENCODING, physicalOf } from './footer.js'
import { NO_SLOT } from '../plan.js'
import { PHYSICAL, type Leaf, type LeafSource, type NumberKind } from './leaves.js'
import { ThriftWriter } from './thrift.js'

/** Rows of a file, and where in WebAssembly memory scratch may go. */
export interface RowWindow {
  readonly front: FrontExports
  /** Pointer to the row numbers, in order. */
  readonly order: number
  readonly from: number
  readonly rows: number
  readonly scratch: number
  readonly facts: { readonly uri: number; readonly account: number; readonly region: number }
  readonly ingestedAt: Date
}

/** A column chunk, not yet placed in a file. */
export interface EncodedLeaf {
  readonly pieces: readonly Uint8Array[]
  /** With page headers. */
  readonly bytes: number
  readonly uncompressed: number
  /** 0: there is no dictionary page. */
  readonly dictionaryBytes: number
  /** Of the data pages' values. */
  readonly encoding: number
  readonly entries: number
  readonly nulls: number
  /** Rows in which the outermost struct or list, or the value itself, is null. */
  readonly absent: number
  readonly min: Uint8Array | undefined
  readonly max: Uint8Array | undefined
}

const PAGE_BYTES = 1 << 20
const NUMBER_KIND: Readonly<Record<NumberKind | 'read', number>> = {
  read: 0,
  int: 2,
  long: 3,
  boolean: 5,
  'iso-time': 6,
  'epoch-seconds': 7,
}
/** Kinds of values as `page` knows them, by physical type. */
const VALUE_KIND: Readonly<Record<number, number>> = {
  [PHYSICAL.text]: 0,
  [PHYSICAL.int32]: 1,
  [PHYSICAL.int64]: 2,
  [PHYSICAL.boolean]: 3,
}
/** Text beyond this is no use as a bound: readers cut it anyway. */
const BOUND_BYTES = 256

/**
 * Collects, numbers, writes and compresses one leaf column of the window's rows.
 * @param behindText the leaf holds the keys of the addresses of the text column encoded just before
 */
export function encodeLeaf(leaf: Leaf, window: RowWindow, behindText = false): EncodedLeaf {
  const { front } = window
  const { source } = leaf
  if (source.kind === 'id' && source.slot === NO_SLOT) return encodeHashes(window)
  const isText = physicalOf(leaf.type) === PHYSICAL.text
  const out = collect(leaf, window, behindText)
  const kind = VALUE_KIND[physicalOf(leaf.type)] ?? 0
  const hasDictionary = source.kind !== 'id' && hasEntries(leaf, kind, front)
  const entries = front.levels.value as number
  const values = front.values.value as number
  const bounds = boundsOf(leaf, window, values, hasDictionary)
  const isPlain = isText || leaf.type === 'boolean' || values === 0
  const encoding = hasDictionary ? ENCODING.dictionary : isPlain ? ENCODING.plain : ENCODING.delta
  const pieces: Uint8Array[] = []
  let uncompressed = 0
  const put = (type: 'data' | 'dictionary', count: number, length: number): void => {
    const body = new Uint8Array(front.memory.buffer, out, length)
    const packed = compress(body)
    const header = pageHeader(type, count, length, packed.length, encoding)
    pieces.push(header, packed)
    uncompressed += header.length + length
  }
  if (hasDictionary) put('dictionary', front.distinct.value as number, front.dictionary(kind, out))
  const dictionaryBytes = pieces.reduce((sum, p) => sum + p.length, 0)
  let value = 0
  for (let at = 0; at < entries;) {
    const cut = !hasDictionary && isText
    const count = cut
      ? Math.max(1, front.entriesForPage(at, value, leaf.maxDef, leaf.maxRep, PAGE_BYTES))
      : entries
    const held = count === entries ? values : front.valuesIn(at, count, leaf.maxDef)
    put('data', count, front.page(at, count, value, held, leaf.maxDef, leaf.maxRep, kind, out))
    at += count
    value += held
  }
  return {
    pieces,
    bytes: pieces.reduce((sum, p) => sum + p.length, 0),
    uncompressed,
    dictionaryBytes,
    encoding,
    entries,
    nulls: entries - values,
    absent: leaf.maxRep > 0 ? front.entriesAt(0) : entries - values,
    ...bounds,
  }
}

/** Rows of a page of hashes: 1 MiB of text. */
const HASH_ROWS = 1 << 16

/** The ids of records that have none of their own. */
function encodeHashes({ front, order, from, rows, scratch }: RowWindow): EncodedLeaf {
  const pieces: Uint8Array[] = []
  const encoding = ENCODING.deltaLength
  let uncompressed = 0
  for (let at = 0; at < rows; at += HASH_ROWS) {
    const count = Math.min(HASH_ROWS, rows - at)
    const length = front.hashFrame(order, from + at, count, scratch)
    const body = new Uint8Array(front.memory.buffer, scratch, length).slice()
    const content = front.frameContent.value as number
    const header = pageHeader('data', count, content, length, encoding)
    pieces.push(header, body)
    uncompressed += header.length + content
  }
  return {
    pieces,
    bytes: pieces.reduce((sum, p) => sum + p.length, 0),
    uncompressed,
    dictionaryBytes: 0,
    encoding,
    entries: rows,
    nulls: 0,
    absent: 0,
    min: undefined,
    max: undefined,
  }
}

/** Entries up to which a dictionary of numbers is not weighed against their deltas. */
const FEW_ENTRIES = 256

/** Whether there is a dictionary, and it pays; address keys have that of their addresses already. */
function hasEntries({ type, source }: Leaf, kind: number, front: FrontExports): boolean {
  if (type === 'boolean') return false
  if (source.kind === 'ip-key' && (front.distinct.value as number) > 0) return true
  const isText = physicalOf(type) === PHYSICAL.text
  if (front.number(isText ? 1 : 0) === 0) return false
  const distinct = front.distinct.value as number
  if (isText || distinct <= FEW_ENTRIES) return true
  const indexBits = 32 - Math.clz32(distinct - 1)
  const indexes = ((front.values.value as number) * indexBits) / 8
  const bytes = distinct * (kind === 1 ? 4 : 8) + indexes
  if (bytes <= front.deltaBytes(kind)) return true
  front.dropDictionary()
  return false
}

/** Fills the column scratch; returns where output may go. */
function collect(leaf: Leaf, window: RowWindow, behindText: boolean): number {
  const { front, order, from, rows } = window
  const { source } = leaf
  const presence = window.scratch
  const lists = presence + leaf.presence.length * 4
  const slots = slotsOf(source)
  front.ensure(presence, (leaf.presence.length + slots.length) * 4 + 1024)
  const words = new DataView(front.memory.buffer)
  leaf.presence.forEach((slot, i) => words.setUint32(presence + i * 4, slot, true))
  slots.forEach((slot, i) => words.setUint32(lists + i * 4, slot, true))
  const behind = lists + slots.length * 4
  const depth = leaf.presence.length
  switch (source.kind) {
    case 'text':
    case 'ip-key': {
      const out = front.room(behind, rows)
      const facts = source.kind === 'text' && source.fact ? window.facts[source.fact] : 0
      if (!behindText)
        front.collectText(lists, slots.length, presence, depth, facts, order, from, rows)
      if (source.kind === 'ip-key') {
        if (!behindText) front.number(1)
        front.collectIpKeys()
      }
      return out
    }
    case 'number': {
      const out = front.room(behind, rows)
      front.collectNumber(source.slot, NUMBER_KIND[source.as], presence, depth, order, from, rows)
      return out
    }
    case 'fixed': {
      const out = front.room(behind, rows)
      const constant = BigInt(window.ingestedAt.getTime()) * 1000n
      front.collectFixed(
        source.what === 'time' ? 0 : source.what === 'record' ? 1 : 2,
        constant,
        order,
        from,
        rows,
      )
      return out
    }
    case 'id': {
      const out = front.room(behind, rows)
      front.collectId(source.slot, order, from, rows)
      return out
    }
    case 'list':
      return collectList(source, window, behind)
  }
}

function slotsOf(source: LeafSource): readonly number[] {
  return source.kind === 'text' || source.kind === 'ip-key' ? source.slots : []
}

function collectList(
  source: { slot: number; name: string },
  window: RowWindow,
  behind: number,
): number {
  const { front, order, from, rows } = window
  const name = Buffer.from(source.name)
  front.ensure(behind, name.length)
  new Uint8Array(front.memory.buffer).set(name, behind)
  let out = front.room(behind + name.length, elementsOf(source.slot, window))
  front.collectListText(source.slot, behind, name.length, order, from, rows)
  if (front.anyEscape() === 1) {
    for (let v = 0; v < (front.values.value as number); v++) {
      const raw = Buffer.from(
        front.memory.buffer,
        front.valuePointer(v),
        front.valueLength(v),
      ).toString('utf8')
      if (!raw.includes('\\')) continue
      const text = Buffer.from(JSON.parse(`"${raw}"`) as string)
      front.ensure(out, text.length)
      new Uint8Array(front.memory.buffer).set(text, out)
      front.setValue(v, out, text.length)
      out += text.length
    }
  }
  return (out + 15) & ~15
}

/** The leaves of a list are collected one by one, from lists that are counted once. */
const counted = new WeakMap<RowWindow, Map<number, number>>()
function elementsOf(slot: number, window: RowWindow): number {
  const slots = counted.get(window) ?? new Map<number, number>()
  counted.set(window, slots)
  const count =
    slots.get(slot) ?? window.front.countElements(slot, window.order, window.from, window.rows)
  slots.set(slot, count)
  return count
}

function boundsOf(
  leaf: Leaf,
  { front }: RowWindow,
  values: number,
  hasDictionary: boolean,
): { min: Uint8Array | undefined; max: Uint8Array | undefined } {
  const none = { min: undefined, max: undefined }
  if (values === 0 || leaf.maxRep > 0) return none
  const isText = physicalOf(leaf.type) === PHYSICAL.text
  // Ids and free text without a dictionary have ranges that prune nothing.
  if (isText && !hasDictionary && !leaf.hot) return none
  front.findRange(isText ? 1 : 0)
  if (isText) {
    const text = (pointer: WebAssembly.Global, length: WebAssembly.Global): Uint8Array =>
      new Uint8Array(front.memory.buffer, pointer.value as number, length.value as number).slice()
    const minLength = front.minTextLength.value as number
    const maxLength = front.maxTextLength.value as number
    if (minLength > BOUND_BYTES || maxLength > BOUND_BYTES) return none
    return {
      min: text(front.minText, front.minTextLength),
      max: text(front.maxText, front.maxTextLength),
    }
  }
  const at = (value: bigint): Uint8Array => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    const width = leaf.type === 'boolean' ? 1 : physicalOf(leaf.type) === PHYSICAL.int32 ? 4 : 8
    return new Uint8Array(bytes.subarray(0, width))
  }
  return { min: at(front.minNumber.value as bigint), max: at(front.maxNumber.value as bigint) }
}

function pageHeader(
  type: 'data' | 'dictionary',
  count: number,
  bytes: number,
  packed: number,
  encoding: number,
): Uint8Array {
  const w = new ThriftWriter()
    .i32(1, type === 'data' ? 0 : 2)
    .i32(2, bytes)
    .i32(3, packed)
  if (type === 'dictionary')
    return w.struct(7, (p) => p.i32(1, count).i32(2, ENCODING.plain)).finish()
  return w
    .struct(5, (p) => p.i32(1, count).i32(2, encoding).i32(3, ENCODING.rle).i32(4, ENCODING.rle))
    .finish()
}
