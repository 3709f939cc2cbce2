import { HeadrigError } from '../core/errors.js'
import { silentLogger, type Logger } from '../core/logger.js'
import type { ByteStore } from '../storage/store.js'
import type { CheckpointIo } from './checkpoint-io.js'
import { LOG_FOLDER } from './log-names.js'
import { DeltaTable } from './table.js'

/** A folder or bucket of Delta tables. */
export interface Lake {
  readonly store: ByteStore
  /** By name, whether it exists or not. Throws `invalid` for a name that no table can have. */
  table(name: string): DeltaTable
  /** The names of the tables that exist, sorted. */
  tables(): Promise<string[]>
}

/**
 * Opens the lake in a store, which may be empty; nothing is read or written yet.
 * @example const lake = openLake(openStore('./headrig-lake'), checkpointIo(engine))
 */
export function openLake(
  store: ByteStore,
  io: CheckpointIo,
  { logger = silentLogger }: { readonly logger?: Logger } = {},
): Lake {
  const opened = new Map<string, DeltaTable>()
  return {
    store,
    table(name) {
      if (!/^[a-z_][a-z0-9_]{0,127}$/i.test(name)) {
        throw new HeadrigError(
          'invalid',
          `${JSON.stringify(name)} is no table name: use letters, digits and _, a letter first`,
        )
      }
      const table = opened.get(name) ?? new DeltaTable(name, store, io, logger)
      opened.set(name, table)
      return table
    },
    async tables() {
      const names: string[] = []
      for await (const folder of store.listFolders('tables/')) {
        for await (const _ of store.list(`${folder}${LOG_FOLDER}`)) {
          names.push(folder.slice('tables/'.length, -1))
          break
        }
      }
      return names.toSorted()
    },
  }
}
