import { HeadrigError } from '../core/errors.js'
import type { MountedTable } from '../engines/engine.js'
import type { LakeContext } from './context.js'
import { holdings, type TableRead } from './prune.js'

/** Files of a lake on this machine for as long as a query reads them. */
export interface LocalTables {
  readonly tables: readonly MountedTable[]
  /** The files may go now; safe to call twice. */
  release(): Promise<void>
}

/** Where the data files of these tables are on disk; a remote lake's are fetched into the cache. */
export async function localTables(
  context: LakeContext,
  reads: readonly TableRead[],
): Promise<LocalTables> {
  const { store, lake } = context
  const keys = reads.flatMap((r) =>
    r.files.map((f) => ({ key: r.snapshot.keyOf(f), size: f.size })),
  )
  const first = keys[0]
  const remote = first !== undefined && store.localPath(first.key) === undefined
  const cached = remote ? await (await import('./cache.js')).fetchCached(context, keys) : undefined
  const pathOf = (key: string): string => {
    const path = cached ? cached.pathOf(key) : lake.store.localPath(key)
    if (path === undefined) throw new HeadrigError('internal', `no local file for ${key}`)
    return path
  }
  return {
    tables: reads.map((read) => {
      const holds = holdings(read)
      return {
        name: read.table.name,
        columns: read.table.columns,
        needed: read.needed,
        files: read.files.map((f) => {
          const held = holds(f)
          return {
            path: pathOf(read.snapshot.keyOf(f)),
            eventDay: f.partitionValues['event_day'] ?? null,
            ...(held ? { holds: held } : {}),
          }
        }),
      }
    }),
    release: async () => cached?.release(),
  }
}
