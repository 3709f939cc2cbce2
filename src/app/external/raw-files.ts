import type { CatalogEntry } from '../../catalog/catalog.js'
import type { Partition } from '../../catalog/external-table.js'
import { storeOf } from '../../catalog/location.js'
import type { PartitionFilters } from '../../catalog/partition-predicate.js'
import { wantedPartitions } from '../../catalog/partitions.js'
import { mapLimit } from '../../core/concurrency.js'
import { HeadrigError } from '../../core/errors.js'
import { checkReadable } from '../../storage/key.js'
import type { LakeContext } from '../context.js'
import { type ByteStore, type StoredObject, uriOf } from '../../storage/store.js'

/** A file of an external table, where it lies. */
export interface StoredRawFile {
  readonly store: ByteStore
  readonly object: StoredObject
  readonly uri: string
  readonly values: Partition['values']
}

/** What a query reads of an external table. */
export interface RawRead {
  readonly entry: CatalogEntry
  /** Those that its filters leave. */
  readonly partitions: number
  readonly files: readonly StoredRawFile[]
}

/** What was listed for a query already: the engine that takes over from another need not list it again. */
export type RawListings = Map<string, RawRead>

/** As `rawFiles`, once for the same table and filters. */
export async function listedRawFiles(
  listings: RawListings,
  ...[entry, filters, ...rest]: Parameters<typeof rawFiles>
): Promise<RawRead> {
  const key = JSON.stringify([entry.table.name, entry.version, filters])
  const read = listings.get(key) ?? (await rawFiles(entry, filters, ...rest))
  listings.set(key, read)
  return read
}

const PARALLEL_LISTS = 16
/** Each costs a request; so many are rarely meant. */
const MANY_PARTITIONS = 10_000
/** Compressions by their names that no reader here knows. */
const UNREADABLE = /\.(?:bz2|snappy|lzo|lz4|deflate|xz|br|zip|tar|tgz|7z)$/i

/**
 * Lists the files of an external table that a query has to read, partition by partition: one that the
 * filters rule out is not listed. Hidden files (`_x`, `.x`, or below such a folder) and empty ones are
 * left out, as Hive does.
 */
export async function rawFiles(
  entry: CatalogEntry,
  filters: PartitionFilters,
  open: (root: string) => ByteStore,
  { signal, logger }: Pick<LakeContext, 'signal' | 'logger'>,
): Promise<RawRead> {
  const { table } = entry
  const partitions = wantedPartitions(table, entry.partitions, filters, new Date())
  if (partitions.length > MANY_PARTITIONS) {
    logger.warn('lists many partitions: compare the partition columns with constants', {
      table: table.name,
      partitions: partitions.length,
    })
  }
  const lists = await mapLimit(partitions, PARALLEL_LISTS, async ({ location, values }) => {
    signal.throwIfAborted()
    const { root, prefix } = storeOf(location)
    const store = open(root)
    const files: StoredRawFile[] = []
    for await (const object of store.list(prefix, { signal })) {
      if (object.size === 0 || isHidden(object.key.slice(prefix.length))) continue
      checkReadable(object.key)
      const uri = uriOf(store, object.key)
      if (UNREADABLE.test(object.key)) {
        throw new HeadrigError(
          'invalid',
          `table ${table.name}: ${uri} is compressed in a way that is not read here: only gzip (.gz) and Zstandard (.zst) are`,
        )
      }
      files.push({ store, object, uri, values })
    }
    return files
  })
  return { entry, partitions: partitions.length, files: lists.flat() }
}

const isHidden = (key: string): boolean =>
  /(?:^|\/)[._][^/]*(?:\/|$)/.test(key) || key.endsWith('/')
