import { mapLimit } from '../core/concurrency.js'
import type { Logger } from '../core/logger.js'
import { FORMATS } from '../formats/index.js'
import { keyFacts, type KeyFacts } from '../formats/key-layout.js'
import type { ByteStore, StoredObject } from '../storage/store.js'
import type { Source } from './source.js'

/** Which objects are wanted; what a key does not say is not held against it. */
export interface Wanted {
  /** Only objects delivered from this time on, and before `to`. */
  readonly from?: Date
  readonly to?: Date
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
}

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

/** Keys to start after, by prefix: where the last look at a prefix ended. */
export type Cursors = Map<string, string>

const PARALLEL_LISTS = 16
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
  const prefixes = await listPrefixes(source, wanted, logger)
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

interface Prefix {
  readonly prefix: string
  /** Keys below it go on with yyyy/mm/dd. */
  readonly byDay: boolean
}

async function listPrefix(
  source: Source,
  { prefix, byDay }: Prefix,
  wanted: Wanted,
  cursors: Cursors | undefined,
  out: Merge<Found>,
): Promise<void> {
  const day = (time: number): string =>
    prefix + new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')
  const starts: string[] = []
  // Objects lie in the folder of their delivery, which may be the day after what they tell of.
  if (byDay && wanted.from) starts.push(day(wanted.from.getTime()))
  const cursor = cursors?.get(prefix)
  if (cursor !== undefined) starts.push(stepBack(cursor, prefix, byDay))
  const startAfter = starts.toSorted().at(-1)
  const end = byDay && wanted.to ? `${day(wanted.to.getTime() + DAY)}0` : undefined
  let last = cursor
  for await (const object of source.store.list(
    prefix,
    startAfter === undefined ? {} : { startAfter },
  )) {
    if (end !== undefined && object.key >= end) break
    last = last === undefined || object.key > last ? object.key : last
    if (source.matches && !source.matches(object.key)) continue
    const item = found(source, object)
    if (isWanted(item, wanted)) await out.push(item)
  }
  if (cursors && last !== undefined) cursors.set(prefix, last)
}

/** Where to start again, for a prefix that was listed up to `cursor`. */
function stepBack(cursor: string, prefix: string, byDay: boolean): string {
  if (!byDay) return prefix
  const [, y, m, d] = /^(\d{4})\/(\d\d)\/(\d\d)\//.exec(cursor.slice(prefix.length)) ?? []
  if (!y) return prefix
  return (
    prefix +
    new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)) - LATE)
      .toISOString()
      .slice(0, 10)
      .replaceAll('-', '/')
  )
}

/** Folder names that AWS puts between an account and its regions, by the formats' layouts. */
const SERVICES = FORMATS.flatMap(
  (f) => /\{account\}\/([^/{]+)\//.exec(f.keyLayout?.folders ?? '')?.[1] ?? [],
)

async function listPrefixes(source: Source, wanted: Wanted, logger: Logger): Promise<Prefix[]> {
  const { store, prefix } = source
  // A disk lists all of a tree at once; requests to a bucket are what the layout saves.
  const narrowed = wanted.from || wanted.to || wanted.accounts || wanted.regions
  if (source.matches || (store.localPath('x') !== undefined && !narrowed))
    return [{ prefix, byDay: false }]
  const root = `${store.uri}/${prefix}`.includes('/AWSLogs/')
    ? undefined
    : await awsLogsBelow(store, prefix)
  if (root !== undefined) {
    const beside: Prefix[] = []
    for await (const folder of store.listFolders(prefix))
      if (folder !== root) beside.push({ prefix: folder, byDay: false })
    return [...beside, ...(await expand(store, root, 0, wanted, logger))]
  }
  const inside = /(?:^|\/)AWSLogs\/(.*)$/.exec(`${store.uri}/${prefix}`)?.[1]
  if (inside === undefined || (prefix !== '' && !prefix.endsWith('/')))
    return [{ prefix, byDay: false }]
  const parts = inside.split('/').filter((p) => p !== '' && !p.startsWith('o-'))
  if (parts.length > 3) return [{ prefix, byDay: false }]
  return expand(store, prefix, parts.length, wanted, logger)
}

/** `AWSLogs/` right below a prefix, or one folder further down (a trail's own prefix). */
async function awsLogsBelow(store: ByteStore, prefix: string): Promise<string | undefined> {
  if (prefix !== '' && !prefix.endsWith('/')) return undefined
  const folders: string[] = []
  for await (const folder of store.listFolders(prefix)) {
    if (folder.endsWith('/AWSLogs/') || folder === 'AWSLogs/') return folder
    if (folders.push(folder) >= 100) return undefined
  }
  return undefined
}

/** Levels: 0 accounts (or organisations), 1 services, 2 regions, 3 days. */
async function expand(
  store: ByteStore,
  prefix: string,
  level: number,
  wanted: Wanted,
  logger: Logger,
): Promise<Prefix[]> {
  if (level === 3) return [{ prefix, byDay: true }]
  const folders: string[] = []
  for await (const folder of store.listFolders(prefix)) folders.push(folder)
  const next = await mapLimit(folders, PARALLEL_LISTS, async (folder) => {
    const name = folder.slice(prefix.length, -1)
    if (level === 0 && name.startsWith('o-')) return expand(store, folder, 0, wanted, logger)
    if (level === 0 && wanted.accounts && /^\d{12}$/.test(name) && !wanted.accounts.includes(name))
      return []
    if (level === 1 && !SERVICES.some((s) => name === s || name.startsWith(`${s}-`))) {
      logger.warn('left out: no log type reads what is below', { prefix: `${store.uri}/${folder}` })
      return []
    }
    if (level === 2 && wanted.regions && !wanted.regions.includes(name)) return []
    return expand(store, folder, level + 1, wanted, logger)
  })
  return next.flat()
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

/** Many producers, one consumer, a bounded number of items between them. */
class Merge<T> {
  readonly #limit: number
  #items: T[] = []
  #state: { readonly done: boolean; readonly error?: unknown } = { done: false }
  #ready: () => void = () => {}
  #room: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }
  async push(item: T): Promise<void> {
    this.#items.push(item)
    this.#ready()
    if (this.#items.length >= this.#limit)
      await new Promise<void>((resolve) => this.#room.push(resolve))
  }
  end(): void {
    this.#state = { done: true }
    this.#ready()
  }
  fail(error: unknown): void {
    this.#state = { done: true, error }
    this.#ready()
  }
  async *values(): AsyncGenerator<T> {
    for (;;) {
      const items = this.#items
      this.#items = []
      for (const resolve of this.#room.splice(0)) resolve()
      yield* items
      if (this.#items.length > 0) continue
      if (this.#state.done) {
        if ('error' in this.#state) throw this.#state.error
        return
      }
      await new Promise<void>((resolve) => {
        this.#ready = resolve
      })
    }
  }
}
