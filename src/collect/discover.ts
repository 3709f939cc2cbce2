import { mapLimit } from '../core/concurrency.js'
import type { Logger } from '../core/logger.js'
import { FORMATS } from '../formats/index.js'
import { keyFacts, type KeyFacts } from '../formats/key-layout.js'
import { compareKeys } from '../storage/key.js'
import type { StoredObject } from '../storage/store.js'
import { dayFolder, dayIn } from './day-folders.js'
import { type Found, foundAt } from './found.js'
import { Merge } from './merge.js'
import { layoutOf, PARALLEL_LISTS, type Prefix } from './prefixes.js'
import type { Source } from './source.js'
import type { Wanted } from './wanted.js'

export type { Found } from './found.js'
export type { Wanted } from './wanted.js'

/** The last key that was seen, by the prefix's URI. */
export type Cursors = Map<string, string>

const DAY = 86_400_000

/**
 * Deliveries may come late: a listing that goes on where the last one ended steps back this far.
 * CloudTrail's own figure is 15 minutes, replays and outages take hours.
 */
const LATE = 2 * DAY

/** Objects that a listing hands on at once: one by one they cost more than they do to list. */
const LOT = 64

/**
 * Lists the objects of a source, in lots, prefix by prefix where AWS's layout shows account, region and day.
 * @param cursors prefixes already listed once, which are listed again from two days before their end only
 */
export async function* discover(
  source: Source,
  wanted: Wanted,
  logger: Logger,
  cursors?: Cursors,
): AsyncGenerator<readonly Found[]> {
  if (source.only) {
    yield [found(source, source.only, factsOf(source.only.key))]
    return
  }
  const { prefixes, loose } = await layoutOf(source, wanted, logger)
  yield loose.flatMap((object) => foundIfWanted(source, object, wanted) ?? [])
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
  let lot: Found[] = []
  for await (const object of source.store.list(
    prefix,
    startAfter === undefined ? {} : { startAfter },
  )) {
    if (end !== undefined && compareKeys(object.key, end) >= 0) break
    last = last === undefined || compareKeys(object.key, last) > 0 ? object.key : last
    if (source.matches && !source.matches(object.key)) continue
    const item = foundIfWanted(source, object, wanted)
    if (!item || lot.push(item) < LOT) continue
    await out.push(lot)
    lot = []
  }
  await out.push(lot)
  if (cursors && last !== undefined) cursors.set(where, last)
}

function foundIfWanted(source: Source, object: StoredObject, wanted: Wanted): Found | undefined {
  const facts = factsOf(object.key)
  return isWanted(facts, wanted) ? found(source, object, facts) : undefined
}

function found({ store }: Source, { key, size, etag, modified }: StoredObject, facts: KeyFacts) {
  const uri = `${store.uri}/${key}`
  return foundAt({ uri, etag, size, modified, time: facts.time ?? modified })
}

function factsOf(key: string): KeyFacts {
  for (const format of FORMATS) {
    const facts = keyFacts(format.keyLayout, key)
    if (facts.time !== undefined) return facts
  }
  return {}
}

function isWanted(facts: KeyFacts, wanted: Wanted): boolean {
  if (facts.account && wanted.accounts && !wanted.accounts.includes(facts.account)) return false
  if (facts.region && wanted.regions && !wanted.regions.includes(facts.region)) return false
  if (facts.time === undefined) return true
  // An object holds what came up to a day before it was delivered.
  if (wanted.from && facts.time < wanted.from.getTime() - 15 * 60_000) return false
  return !(wanted.to && facts.time >= wanted.to.getTime() + DAY)
}
