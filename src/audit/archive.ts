import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { State } from '../state/state.js'
import type { ByteStore } from '../storage/store.js'
import { Bloom } from './bloom.js'
import { hourOf, segmentId, type AuditDocuments } from './documents.js'
import { ATTRIBUTES, valuesOf } from './event.js'
import { segmentPath } from './log.js'
import type { CloudTrailRecord } from './record.js'
import { decodeLines, lineSlices } from './segment-line.js'
import type { SegmentName } from './segment-names.js'
import { logKey, type Trail } from './trail.js'

export interface ArchiveContext {
  readonly trail: Trail
  readonly state: State
  readonly documents: AuditDocuments
  /** Of the segments. */
  readonly folder: string
  readonly history: ByteStore
  readonly warn: (message: string) => void
}

const compress = promisify(gzip)
const AT_ONCE = 100
const SLICE = 128 * 1024

/**
 * Turns a sealed segment into the file that is delivered, and makes it known. Done again after a
 * kill, it makes the same file of the same name.
 */
export async function archive(segment: SegmentName, context: ArchiveContext): Promise<void> {
  const { trail, state, documents, folder, history } = context
  const path = segmentPath(folder, segment)
  const id = segmentId(segment.sequence)
  if (!documents.segments.get(id)) {
    const { records, damaged, text, sha256 } = await decoded(await readFile(path))
    if (damaged > 0)
      context.warn(
        `${path}: ${damaged} bytes of a record that was not finished, of a call that was never answered, are left out`,
      )
    if (records.length > 0) {
      const key = logKey(trail, segment)
      await history.put(key, await compress(text))
      const found = await indexOf(records)
      const { oldest, newest } = found
      state.transaction(() => {
        const doc = {
          sequence: segment.sequence,
          key,
          from: Date.parse(oldest),
          to: Date.parse(newest),
          records: records.length,
          attributes: found.attributes,
        }
        const parent = hourOf(segment.begun)
        documents.segments.put(id, doc, { parent, position: segment.sequence })
        const place = { parent: 'waiting', position: segment.sequence }
        documents.deliveries.put(id, { id, key, sha256, oldest, newest }, place)
      })
    }
  }
  await rm(path, { force: true })
}

/** What the file is made of, put together between the calls that are answered. */
async function decoded(bytes: Buffer): Promise<{
  readonly records: readonly string[]
  readonly damaged: number
  readonly text: Buffer
  readonly sha256: string
}> {
  const records: string[] = []
  const parts = [Buffer.from('{"Records":[')]
  let damaged = 0
  for (const slice of lineSlices(bytes, SLICE)) {
    const lines = decodeLines(slice)
    const comma = records.length > 0 && lines.records.length > 0 ? ',' : ''
    parts.push(Buffer.from(comma + lines.records.join(',')))
    for (const record of lines.records) records.push(record)
    damaged += lines.damaged
    await setImmediate()
  }
  parts.push(Buffer.from(']}'))
  const hash = createHash('sha256')
  for (const part of parts) {
    hash.update(part)
    await setImmediate()
  }
  return { records, damaged, text: Buffer.concat(parts), sha256: hash.digest('hex') }
}

async function indexOf(
  records: readonly string[],
): Promise<{ oldest: string; newest: string; attributes: string }> {
  const items = new Set<string>()
  let oldest = '9'
  let newest = ''
  for (const [i, json] of records.entries()) {
    const record = JSON.parse(json) as CloudTrailRecord
    if (record.eventTime < oldest) oldest = record.eventTime
    if (record.eventTime > newest) newest = record.eventTime
    for (const attribute of ATTRIBUTES)
      for (const value of valuesOf(record, attribute)) items.add(attributeItem(attribute, value))
    // Calls are answered between.
    if (i % AT_ONCE === 0) await setImmediate()
  }
  return { oldest, newest, attributes: (await Bloom.of(items)).toString() }
}

export function attributeItem(attribute: string, value: string): string {
  return `${attribute}\0${value}`
}
