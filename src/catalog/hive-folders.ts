import { mapLimit } from '../core/concurrency.js'
import type { ByteStore } from '../storage/store.js'
import type { ExternalTable, Partition } from './external-table.js'
import { storeOf } from './location.js'

/** What Hive calls the folder of rows without a value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__'
const PARALLEL = 16

/**
 * The partitions whose folders lie below a table's location as `column=value/…`, in the order of the
 * partition columns; other folders are passed over. One listing for each folder on the way.
 */
export async function findPartitions(
  table: ExternalTable,
  open: (uri: string) => ByteStore,
): Promise<Partition[]> {
  const { root, prefix } = storeOf(table.location)
  const store = open(root)
  let found: { folder: string; values: (string | null)[] }[] = [{ folder: prefix, values: [] }]
  for (const { name } of table.partitionedBy) {
    const deeper = await mapLimit(found, PARALLEL, async ({ folder, values }) => {
      const below: typeof found = []
      for await (const next of store.listFolders(folder)) {
        const part = next.slice(folder.length, -1)
        const at = part.indexOf('=')
        if (at < 0 || part.slice(0, at).toLowerCase() !== name) continue
        below.push({ folder: next, values: [...values, valueIn(part.slice(at + 1))] })
      }
      return below
    })
    found = deeper.flat()
  }
  return found.map(({ folder, values }) => ({
    values,
    location: `${root}/${folder}`.replace(/\/+$/, ''),
  }))
}

function valueIn(text: string): string | null {
  if (text === NO_VALUE) return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** How Hive names a partition: `year=2024/month=01`. */
export function partitionName(table: ExternalTable, values: readonly (string | null)[]): string {
  return table.partitionedBy
    .map((c, i) => {
      const value = values[i] ?? null
      // The characters that Hive escapes in names of folders.
      const text = value?.replaceAll(
        /[\p{Cc}"#%'*/:=?\\{}[\]^]/gu,
        (x) => `%${x.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      )
      return `${c.name}=${text ?? NO_VALUE}`
    })
    .join('/')
}
