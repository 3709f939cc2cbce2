import { mapLimit } from '../core/concurrency.js'
import type { Logger } from '../core/logger.js'
import { FORMATS } from '../formats/index.js'
import { keyFacts, type KeyFacts } from '../formats/key-layout.js'
import { compareKeys } from '../storage/key.js'
import type { StoredObject } from '../storage/store.js'
import { dayFolder, dayIn } from './day-folders.js'
import { Merge } from './merge.js'
import { layoutOf, PARALLEL_LISTS, type Prefix } from './prefixes.js'
import type { Source } from './source.js'
import type { Wanted } from './wanted.js'

export type { Wanted } from './wanted.js'

/** An object as it was found. */
export interface Found {
  readonly uri: string
  readonly key: string
  readonly size: number
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** What orders the work: the time in the key, else the last modification. */
  readonly time: number
  readonly localPath?: string
}

/** The last key that was seen, by the prefix's URI. */
export type Cursors = Map<string, string>

const DAY = 86_400_000

/**
 * Deliveries may come late: a listing that goes on where the last one ended steps back this far.
 * CloudTrail's own figure is 15 minutes, replays and outages take hours.
 */
const LATE = 2 * DAY

/**
 * Lists the objects of a source, prefix by prefix where AWS's layout shows account, region and day.
 * @param cursors prefixes already listed once, which are listed again from two days before their end only
 */
export async function* discover(
  source: Source,
  wanted: Wanted,
  logger: Logger,
  cursors?: Cursors,
): AsyncGenerator<Found> {
  if (source.only) {
    yield found(source, source.only)
    return
  }
  const { prefixes, loose } = await layoutOf(source, wanted, logger)
  for (const object of loose) {
    const item = found(source, object)
    if (isWanted(item, wanted)) yield item
  }
  const queue = new Merge<Found>(1000)
  const work = mapLimit(prefixes, PARALLEL_LISTS, (prefix) =>
    listPrefix(source, prefix, wanted, cursors, queue),
  ).then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  )
  yield* queue.values()
  await work
}

async function listPrefix(
  source: Source,
  { prefix, days }: Prefix,
  wanted: Wanted,
  cursors: Cursors | undefined,
  out: Merge<Found>,
): Promise<void> {
  const folderOf = (time: number): string => prefix + (days ? dayFolder(time, days) : '')
  const starts: string[] = []
  // Objects lie in the folder of their delivery, which may be the day after what they tell of.
  if (days && wanted.from) starts.push(folderOf(wanted.from.getTime()))
  const where = `${source.store.uri}/${prefix}`
  const cursor = cursors?.get(where)
  const reached = cursor === undefined || !days ? undefined : dayIn(cursor.slice(prefix.length))
  if (reached !== undefined) starts.push(folderOf(Math.min(reached, Date.now()) - LATE))
  const startAfter = starts.toSorted(compareKeys).at(-1)
  // `0` sorts right after `/`: the whole folder of the day is still in.
  const end = days && wanted.to ? `${folderOf(wanted.to.getTime() + DAY)}0` : undefined
  let last = cursor
  for await (const object of source.store.list(
    prefix,
    startAfter === undefined ? {} : { startAfter },
  )) {
    if (end !== undefined && compareKeys(object.key, end) >= 0) break
    last = last === undefined || compareKeys(object.key, last) > 0 ? object.key : last
    if (source.matches && !source.matches(object.key)) continue
    const item = found(source, object)
    if (isWanted(item, wanted)) await out.push(item)
  }
  if (cursors && last !== undefined) cursors.set(where, last)
}

function found(source: Source, object: StoredObject): Found {
  const localPath = source.store.localPath(object.key)
  const uri = `${source.store.uri}/${object.key}`
  return {
    uri,
    key: uri.replace(/^[a-z0-9]+:\/\//, ''),
    size: object.size,
    etag: object.etag,
    modified: object.modified,
    time: factsOf(object.key).time ?? object.modified,
    ...(localPath === undefined ? {} : { localPath }),
  }
}

function factsOf(key: string): KeyFacts {
  for (const format of FORMATS) {
    const facts = keyFacts(format.keyLayout, key)
    if (facts.time !== undefined) return facts
  }
  return {}
}

function isWanted(object: Found, wanted: Wanted): boolean {
  const facts = factsOf(object.key)
  if (facts.account && wanted.accounts && !wanted.accounts.includes(facts.account)) return false
  if (facts.region && wanted.regions && !wanted.regions.includes(facts.region)) return false
  if (facts.time === undefined) return true
  // An object holds what came up to a day before it was delivered.
  if (wanted.from && facts.time < wanted.from.getTime() - 15 * 60_000) return false
  return !(wanted.to && facts.time >= wanted.to.getTime() + DAY)
}
