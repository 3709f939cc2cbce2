import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpointIo } from '../../src/engines/duckdb/checkpoint-io.js'
import { openDuckDb, type DuckDbEngine } from '../../src/engines/duckdb/open.js'
import type { TableColumn, TableType } from '../../src/formats/table-schema.js'
import { addAction } from '../../src/lake/add-file.js'
import type { Action } from '../../src/lake/actions.js'
import type { CheckpointIo } from '../../src/lake/checkpoint-io.js'
import { createTableActions } from '../../src/lake/create.js'
import type { FileStats } from '../../src/core/file-stats.js'
import type { DeltaTable } from '../../src/lake/table.js'
import type { ByteStore } from '../../src/storage/store.js'

/** An engine and a folder of its own, for the tests of one file. */
export interface DeltaTools {
  readonly engine: DuckDbEngine
  readonly io: CheckpointIo
  readonly folder: string
  close(): Promise<void>
}

export async function deltaTools(): Promise<DeltaTools> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-delta-'))
  const engine = await openDuckDb({
    memoryLimitBytes: 512 * 2 ** 20,
    threads: 2,
    tempFolder: join(folder, 'temp'),
  })
  return {
    engine,
    io: checkpointIo(async () => engine),
    folder,
    async close() {
      engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A column without a story. */
export function column(name: string, type: TableType, hot = false): TableColumn {
  return { name, type, doc: '', hot }
}

export const DAY = '2024-01-15'

export const COLUMNS: readonly TableColumn[] = [
  column('time', 'timestamp', true),
  column('event_day', 'date'),
  column('name', 'string', true),
]

export const NO_STATS: FileStats = { numRecords: 1, minValues: {}, maxValues: {}, nullCount: {} }

/** An `add` of a file that nobody reads. */
export function add(
  path: string,
  { day = DAY as string | null, size = 100, stats = NO_STATS } = {},
): Action {
  return addAction({ path, partitionValues: { event_day: day }, size, stats })
}

/** Commits these actions, making the table at need. */
export async function append(
  table: DeltaTable,
  actions: readonly Action[],
  columns = COLUMNS,
): Promise<number> {
  const outcome = await table.commit({
    operation: 'WRITE',
    build: async (snapshot) => [
      ...(snapshot ? [] : createTableActions(columns, ['event_day'])),
      ...actions,
    ],
  })
  if (!outcome.committed) throw new Error('nothing was committed')
  return outcome.version
}

/** How many files a table has at its latest version. */
export async function countFiles(table: DeltaTable): Promise<number> {
  return (await (await table.snapshot())?.totals())?.files ?? 0
}

/** The paths of a table's files, sorted. */
export async function paths(table: DeltaTable, version?: number): Promise<string[]> {
  const snapshot = await table.snapshot(version === undefined ? {} : { version })
  return ((await snapshot?.files()) ?? []).map((f) => f.path).toSorted()
}

/**
 * A store that asks before each call; what it throws is what the caller sees. `after`: asked once the
 * call is done, so that its answer gets lost.
 */
export function watched(
  store: ByteStore,
  before: (operation: string, key: string) => void,
  after: (operation: string, key: string) => void = () => {},
): ByteStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const operation = String(name)
        const key = String(args[0])
        if (operation !== 'localPath') before(operation, key)
        const result: unknown = Reflect.apply(value, target, args)
        if (!(result instanceof Promise)) return result
        return result.then((r: unknown) => {
          after(operation, key)
          return r
        })
      }
    },
  })
}
