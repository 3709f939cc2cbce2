import { open, readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isErrno, isKind } from '../core/errors.js'
import type { ByteStore } from '../storage/store.js'
import { attributeItem } from './archive.js'
import { Bloom } from './bloom.js'
import { HOUR_MS, hourOf, type AuditDocuments, type SegmentDocument } from './documents.js'
import { valuesOf, type Attribute } from './event.js'
import { segmentPath, type AuditLog } from './log.js'
import type { CloudTrailRecord } from './record.js'
import { decodeLines } from './segment-line.js'

/** Which records; times in milliseconds since 1970, both inclusive. */
export interface LookupQuery {
  readonly attribute?: { readonly key: Attribute; readonly value: string } | undefined
  readonly from: number
  readonly to: number
  readonly limit: number
  /** Only records before this one. */
  readonly before?: LookupPlace | undefined
}

/** Of a record: its segment, and its line there from 0. */
export interface LookupPlace {
  readonly sequence: number
  readonly line: number
}

export interface LookupPage {
  /** The last that was recorded first. */
  readonly records: readonly { readonly json: string; readonly record: CloudTrailRecord }[]
  /** Where to go on; undefined at the end. A page may be empty and have one. */
  readonly next?: LookupPlace
}

export interface LookupContext {
  readonly log: AuditLog
  readonly documents: AuditDocuments
  readonly history: ByteStore
}

/** Files read for one page at most: a rare match is found in several pages. */
const MOST_FILES = 40
const DOCUMENTS_AT_ONCE = 100
const HOURS_AT_ONCE = 24
const decompress = promisify(gunzip)

/**
 * A page of records. Files are ruled out by their times and by a Bloom filter of their attributes;
 * one is in memory at a time.
 */
export async function lookup(query: LookupQuery, context: LookupContext): Promise<LookupPage> {
  const found: { json: string; record: CloudTrailRecord }[] = []
  let files = 0
  for await (const segment of segmentsFrom(query, context)) {
    if (files++ === MOST_FILES)
      return { records: found, next: { sequence: segment.sequence, line: Number.MAX_SAFE_INTEGER } }
    const lines = await segment.read()
    const end = query.before?.sequence === segment.sequence ? query.before.line : lines.length
    for (let line = Math.min(end, lines.length) - 1; line >= 0; line--) {
      if (line % DOCUMENTS_AT_ONCE === 0) await setImmediate()
      const json = lines[line] ?? ''
      const record = matching(json, query)
      if (!record) continue
      if (found.length === query.limit)
        return { records: found, next: { sequence: segment.sequence, line: line + 1 } }
      found.push({ json, record })
    }
  }
  return { records: found }
}

interface Source {
  readonly sequence: number
  /** The JSON of each record, in order. */
  read(): Promise<readonly string[]>
}

/** The latest first: what is not archived yet, then the history hour by hour. */
async function* segmentsFrom(query: LookupQuery, context: LookupContext): AsyncGenerator<Source> {
  const { log, history } = context
  const most = query.before?.sequence ?? Infinity
  const live = await log.segments()
  const current = log.current()
  for (const name of live.toReversed()) {
    if (name.sequence > most) continue
    const bytes = name.sequence === current?.name.sequence ? current.bytes : undefined
    yield {
      sequence: name.sequence,
      read: () => readLive(segmentPath(log.folder, name), bytes, name.sequence, context),
    }
  }
  const oldestLive = live[0]?.sequence ?? Infinity
  // Records are of calls that may have begun an hour before.
  const [oldest] = context.documents.segments.list({ limit: 1 })
  const first = Math.floor(Math.max(query.from, oldest?.from ?? query.to) / HOUR_MS) - 1
  for (let hour = Math.floor(query.to / HOUR_MS) + 1; hour >= first; hour--) {
    // Each hour is a question to the state: others are answered between.
    if (hour % HOURS_AT_ONCE === 0) await setImmediate()
    for await (const segment of documentsOf(hourOf(hour * HOUR_MS), context))
      if (segment.sequence < oldestLive && segment.sequence <= most && mayMatch(segment, query))
        yield { sequence: segment.sequence, read: () => readArchived(segment, history) }
  }
}

async function* documentsOf(
  parent: string,
  { documents }: LookupContext,
): AsyncGenerator<SegmentDocument> {
  for (let offset = 0; ; offset += DOCUMENTS_AT_ONCE) {
    const page = documents.segments.list({
      parent,
      order: 'desc',
      limit: DOCUMENTS_AT_ONCE,
      offset,
    })
    yield* page
    if (page.length < DOCUMENTS_AT_ONCE) return
    await setImmediate()
  }
}

function mayMatch({ from, to, attributes }: SegmentDocument, query: LookupQuery): boolean {
  if (from > query.to || to < query.from) return false
  const { attribute } = query
  return (
    !attribute || Bloom.parse(attributes).mayHold(attributeItem(attribute.key, attribute.value))
  )
}

function matching(
  json: string,
  { attribute, from, to }: LookupQuery,
): CloudTrailRecord | undefined {
  // Reading is dear: a value that stands nowhere in the text is no value of the record.
  if (attribute && !json.includes(JSON.stringify(attribute.value).slice(1, -1))) return undefined
  const record = JSON.parse(json) as CloudTrailRecord
  const time = Date.parse(record.eventTime)
  if (time < from || time > to) return undefined
  if (attribute && !valuesOf(record, attribute.key).includes(attribute.value)) return undefined
  return record
}

/** It may be archived while it is asked for. */
async function readLive(
  path: string,
  bytes: number | undefined,
  sequence: number,
  { documents, history }: LookupContext,
): Promise<readonly string[]> {
  try {
    if (bytes === undefined) return decodeLines(await readFile(path)).records
    const file = await open(path)
    try {
      const buffer = Buffer.alloc(bytes)
      const { bytesRead } = await file.read(buffer, 0, bytes, 0)
      return decodeLines(buffer.subarray(0, bytesRead)).records
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    const segment = documents.segments.get(String(sequence).padStart(12, '0'))
    return segment ? readArchived(segment, history) : []
  }
}

async function readArchived(
  { key }: SegmentDocument,
  history: ByteStore,
): Promise<readonly string[]> {
  let bytes: Uint8Array
  try {
    bytes = await history.get(key)
  } catch (error) {
    // It has just become too old.
    if (isKind(error, 'not-found')) return []
    throw error
  }
  const { Records } = JSON.parse((await decompress(bytes)).toString()) as {
    readonly Records: readonly CloudTrailRecord[]
  }
  return Records.map((record) => JSON.stringify(record))
}
