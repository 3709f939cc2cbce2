import type { CatalogEntry } from '../../catalog/catalog.js'
import type { MountedExternal } from '../../engines/duckdb/external/raw-file.js'
import type { TableScan } from '../../engines/engine.js'
import { HeadrigError } from '../../core/errors.js'
import type { ByteStore } from '../../storage/store.js'
import { openStore } from '../../storage/open.js'
import { type LakeContext, storeOptions } from '../context.js'
import { listedRawFiles, type RawListings, type RawRead } from './raw-files.js'

/** How much of an external table a query read. */
export interface ExternalIo {
  readonly table: string
  readonly partitions: number
  readonly files: number
  readonly bytes: number
}

/** External tables with their files on this machine, for as long as a query reads them. */
export interface MountedExternals {
  readonly externals: readonly MountedExternal[]
  readonly reads: readonly RawRead[]
  /** The files may go now; safe to call twice. */
  release(): Promise<void>
}

/** Opens the place where raw files lie, with the settings of the lake; each place once. */
export function sourceOpener(context: LakeContext): (root: string) => ByteStore {
  const stores = new Map<string, ByteStore>()
  return (root) => {
    const store = stores.get(root) ?? openStore(root, storeOptions(context.settings))
    stores.set(root, store)
    return store
  }
}

/**
 * Finds the files of the external tables that a query reads and brings remote ones into the cache. The
 * others are mounted without files, so that SHOW and DESCRIBE know them.
 */
export async function mountExternals(
  context: LakeContext,
  entries: readonly CatalogEntry[],
  scans: readonly TableScan[],
  withPath: boolean,
  listings: RawListings = new Map(),
): Promise<MountedExternals> {
  const open = sourceOpener(context)
  const reads: RawRead[] = []
  const releases: (() => Promise<void>)[] = []
  const release = async (): Promise<void> => {
    for (const done of releases.splice(0)) await done()
  }
  try {
    const externals: MountedExternal[] = []
    for (const entry of entries) {
      const { table } = entry
      const own = scans.filter((s) => s.table === table.name)
      if (own.length === 0) {
        externals.push({ table, files: [], withPath })
        continue
      }
      const filters = own.map((s) => s.filters)
      const read = await listedRawFiles(listings, entry, filters, open, context)
      reads.push(read)
      const pathOf = await localPaths(context, read, releases)
      externals.push({
        table,
        withPath,
        needed: new Set(own.flatMap((s) => s.columns)),
        files: read.files.map((file) => {
          const { object, uri, values } = file
          return { path: pathOf(file), uri, size: object.size, values }
        }),
      })
    }
    return { externals, reads, release }
  } catch (error) {
    await release()
    throw error
  }
}

type LocalPath = (file: RawRead['files'][number]) => string

async function localPaths(
  context: LakeContext,
  { files }: RawRead,
  releases: (() => Promise<void>)[],
): Promise<LocalPath> {
  const remote = new Map<ByteStore, RawRead['files'][number][]>()
  for (const file of files) {
    if (file.store.localPath(file.object.key) !== undefined) continue
    const list = remote.get(file.store) ?? []
    list.push(file)
    remote.set(file.store, list)
  }
  const cached = new Map<ByteStore, (key: string) => string | undefined>()
  for (const [store, list] of remote) {
    const { fetchCached } = await import('../cache.js')
    const { settings, signal, progress } = context
    const fetched = await fetchCached(
      { store, settings, signal, progress },
      list.map(({ object }) => ({ key: object.key, size: object.size, etag: object.etag })),
    )
    releases.push(() => fetched.release())
    cached.set(store, (key) => fetched.pathOf(key))
  }
  return ({ store, object, uri }) => {
    const path = store.localPath(object.key) ?? cached.get(store)?.(object.key)
    if (path === undefined) throw new HeadrigError('internal', `no local file for ${uri}`)
    return path
  }
}

/** How much of the table is read. */
export function externalIo({ entry, partitions, files }: RawRead): ExternalIo {
  return {
    table: entry.table.name,
    partitions,
    files: files.length,
    bytes: files.reduce((sum, f) => sum + f.object.size, 0),
  }
}
