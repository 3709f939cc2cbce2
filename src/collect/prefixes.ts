import { mapLimit } from '../core/concurrency.js'
import type { Logger } from '../core/logger.js'
import { FORMATS } from '../formats/index.js'
import type { ByteStore, StoredObject } from '../storage/store.js'
import type { DayFolders } from './day-folders.js'
import type { Source } from './source.js'
import type { Wanted } from './wanted.js'

export const PARALLEL_LISTS = 16
/** Folders of a bucket that are looked into for an `AWSLogs/` of their own. */
const MOST_TRAILS = 16
/** A folder with more than this is listed as it is. */
const MOST_LOOSE = 5000

/** A part of a source that is listed as one. */
export interface Prefix {
  readonly prefix: string
  /** How keys below it go on with the day of delivery; undefined: in no known way. */
  readonly days?: DayFolders
}

/** Everything in a source: prefixes to list, and the objects that lie beside them. */
export interface Layout {
  readonly prefixes: readonly Prefix[]
  readonly loose: readonly StoredObject[]
}

/** Folder names that AWS puts between an account and its regions, by the formats' layouts. */
const SERVICES = FORMATS.flatMap(
  (f) => /\{account\}\/([^/{]+)\//.exec(f.keyLayout?.folders ?? '')?.[1] ?? [],
)

/** Takes a source apart along AWS's layout: account, service, region, day. */
export async function layoutOf(source: Source, wanted: Wanted, logger: Logger): Promise<Layout> {
  const { store, prefix } = source
  const whole: Layout = { prefixes: [{ prefix }], loose: [] }
  // A disk lists all of a tree at once; requests to a bucket are what the layout saves.
  const narrowed = wanted.from || wanted.to || wanted.accounts || wanted.regions
  if (source.matches || (store.localPath('x') !== undefined && !narrowed)) return whole
  if (prefix !== '' && !prefix.endsWith('/')) return whole
  const walk = { store, wanted, logger }
  const inside = /(?:^|\/)AWSLogs\/(.*)$/.exec(`${store.uri}/${prefix}`)?.[1]
  if (inside === undefined) return trails(walk, prefix, 0)
  const parts = inside.split('/').filter((p) => p !== '' && !p.startsWith('o-'))
  if (parts.length < 3) return expand(walk, prefix, parts.length)
  if (parts.length > 3) return whole
  const days = parts[2]?.startsWith('aws-region=') ? 'hive' : 'plain'
  return { prefixes: [{ prefix, days }], loose: [] }
}

interface Walk {
  readonly store: ByteStore
  readonly wanted: Wanted
  readonly logger: Logger
}

interface Folder {
  readonly folders: readonly string[]
  readonly loose: readonly StoredObject[]
}

/**
 * What is directly below a prefix; undefined when that is more than `most`, or when a folder's name can be
 * no prefix (others may put `a//b` and `a/../b` into a bucket): then the prefix is listed as it is.
 */
async function open(
  store: ByteStore,
  prefix: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Folder | undefined> {
  const folders: string[] = []
  const loose: StoredObject[] = []
  const enough = new AbortController()
  const count = (): void => {
    if (folders.length + loose.length > most) enough.abort()
  }
  const onObject = (object: StoredObject): void => {
    loose.push(object)
    count()
  }
  const { signal } = enough
  try {
    for await (const folder of store.listFolders(prefix, { onObject, signal })) {
      if (/(^|\/)\.{0,2}\/$/.test(folder)) return undefined
      folders.push(folder)
      count()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return signal.aborted ? undefined : { folders, loose }
}

/** Finds `AWSLogs/` right below a prefix, or one folder further down: a trail may have a prefix of its own. */
async function trails(walk: Walk, prefix: string, depth: number): Promise<Layout> {
  const whole: Layout = { prefixes: [{ prefix }], loose: [] }
  const below = await open(walk.store, prefix, MOST_LOOSE)
  if (!below) return whole
  const { folders, loose } = below
  const isRoot = (folder: string): boolean => folder === `${prefix}AWSLogs/`
  const deeper = depth === 0 && folders.length <= MOST_TRAILS
  if (!deeper && !folders.some(isRoot)) return whole
  const parts = await mapLimit(folders, PARALLEL_LISTS, (folder) => {
    if (isRoot(folder)) return expand(walk, folder, 0)
    if (deeper) return trails(walk, folder, depth + 1)
    return Promise.resolve({ prefixes: [{ prefix: folder }], loose: [] })
  })
  return together(loose, parts)
}

/** Levels: 0 accounts (or organisations), 1 services, 2 regions. */
async function expand(walk: Walk, prefix: string, level: number): Promise<Layout> {
  const { store, wanted, logger } = walk
  const below = await open(store, prefix)
  if (!below) return { prefixes: [{ prefix }], loose: [] }
  const { folders, loose } = below
  const parts = await mapLimit(folders, PARALLEL_LISTS, async (folder): Promise<Layout> => {
    const [, spelled, name = ''] = /([a-z-]+=)?([^/]*)\/$/.exec(folder) ?? []
    const plain = { prefixes: [{ prefix: folder }], loose: [] }
    if (level === 0) {
      if (name.startsWith('o-')) return expand(walk, folder, 0)
      if (!/^\d{12}$/.test(name)) return plain
      const isWanted = wanted.accounts?.includes(name) ?? true
      return isWanted ? expand(walk, folder, 1) : NOTHING
    }
    if (level === 1) {
      if (SERVICES.some((s) => name === s || name.startsWith(`${s}-`)))
        return expand(walk, folder, 2)
      const uri = `${store.uri}/${folder}`
      logger.warn('left out: no log type reads what is below', { prefix: uri })
      return NOTHING
    }
    if (!(wanted.regions?.includes(name) ?? true)) return NOTHING
    return { prefixes: [{ prefix: folder, days: spelled ? 'hive' : 'plain' }], loose: [] }
  })
  return together(loose, parts)
}

const NOTHING: Layout = { prefixes: [], loose: [] }

function together(loose: readonly StoredObject[], parts: readonly Layout[]): Layout {
  return {
    prefixes: parts.flatMap((p) => p.prefixes),
    loose: [...loose, ...parts.flatMap((p) => p.loose)],
  }
}
