import type { DuckDBConnection } from '@duckdb/node-api'
import { literal } from '../../sql/text.js'
import type { MountedTable, QuerySession } from '../engine.js'
import { enginePath } from './engine-path.js'
import { mountExternal } from './external/mount-external.js'
import type { MountedExternal } from './external/raw-file.js'
import { mountTable, mountView, type MountedView } from './mount.js'
import { type DuckDbOptions, openDuckDb } from './open.js'
import { runQuery } from './query.js'

export interface Mounts {
  readonly tables: readonly MountedTable[]
  /** Tables over raw files. */
  readonly externals?: readonly MountedExternal[]
  readonly views?: readonly MountedView[]
  /** Statements that a dialect relies on: macros and settings. */
  readonly prelude?: readonly string[]
  /** A local file that may be written, or with a slash at its end a folder. */
  readonly writable?: string
}

/**
 * Opens a database of its own with these tables and locks it: no other file can be read or written,
 * no setting changed, no extension loaded. Throws as `queryError` does when a file is not readable.
 * @example const session = await openSession(options, { tables: [{ name: 't', columns, files }] })
 */
export async function openSession(options: DuckDbOptions, mounts: Mounts): Promise<QuerySession> {
  const engine = await openDuckDb(options)
  try {
    const connection = await engine.connect()
    await mountAll(connection, mounts)
    if (mounts.writable?.endsWith('/')) {
      await connection.run(`SET GLOBAL allowed_directories = [${literal(mounts.writable)}]`)
    }
    await lock(connection, [
      ...mounts.tables.flatMap((t) => t.files.map((f) => f.path)),
      ...(mounts.externals ?? []).flatMap((t) => t.files.map((f) => f.path)),
      ...(mounts.writable === undefined ? [] : [mounts.writable.replace(/\/$/, '')]),
    ])
    return {
      query: (sql, queryOptions) => runQuery(connection, sql, queryOptions),
      async explain(sql, analyze, queryOptions) {
        const verb = analyze ? 'EXPLAIN ANALYZE' : 'EXPLAIN'
        const { batches } = await runQuery(connection, `${verb} ${sql}`, queryOptions)
        let text = ''
        for await (const rows of batches) text += rows.map((r) => String(r[1])).join('\n')
        return text
      },
      async close() {
        connection.interrupt()
        engine.close()
      },
    }
  } catch (error) {
    engine.close()
    throw error
  }
}

/** Mounts tables, those over raw files, then views over them, then what a dialect relies on. */
export async function mountAll(connection: DuckDBConnection, mounts: Mounts): Promise<void> {
  for (const table of mounts.tables) await mountTable(connection, table)
  for (const external of mounts.externals ?? []) await mountExternal(connection, external)
  for (const view of mounts.views ?? []) await mountView(connection, view)
  for (const sql of mounts.prelude ?? []) await connection.run(sql)
}

/** From here on this database reads these files only, and no setting can be changed. */
async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run('SET errors_as_json = true')
  const allowed = paths.flatMap((p) => [...new Set([p, enginePath(p)])])
  await connection.run(`SET GLOBAL allowed_paths = [${allowed.map(literal).join(', ')}]`)
  await connection.run('SET GLOBAL enable_external_access = false')
  await connection.run('SET GLOBAL lock_configuration = true')
}
