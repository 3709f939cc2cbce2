import type { DuckDBConnection } from '@duckdb/node-api'
import { knownColumns } from '../../catalog/external-table.js'
import { didYouMean } from '../../core/closest.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { type ReadOnlySql, readOnly } from '../../sql/guard.js'
import { type Names, Spelling } from '../../sql/spelling.js'
import type { QueryOptions, TableScan } from '../engine.js'
import { type MountedExternal, PATH_COLUMN } from './external/raw-file.js'
import { type DuckDbFailure, readFailure } from './failure.js'
import type { MountedView } from './mount.js'
import { type DuckDbOptions, openDuckDb } from './open.js'
import { queryError } from './query-error.js'
import { parseSql, type QueryTree, queryTree } from './query-tree.js'
import { forPlanning, PLAN, planScans } from './scans.js'
import { mountAll } from './session.js'

export interface PlannerTable {
  readonly name: string
  readonly columns: readonly TableColumn[]
}

/** A query that is ready to run. */
export interface PlannedQuery {
  /** What to run: names spelt as the tables have them, without EXPLAIN. */
  readonly sql: string
  readonly explain: ReadOnlySql['explain']
  /** Every place that reads a table; a table without one is not read. */
  readonly scans: readonly TableScan[]
}

/** Knows the lake's tables by their columns only, and reads no data. */
export interface Planner {
  /**
   * Lets only a reading statement pass, respells names and says what each table must give.
   * Throws `invalid` with the position and the likely name.
   */
  plan(sql: string, params?: QueryOptions['params']): Promise<PlannedQuery>
  /** What another engine has to know of a planned query. */
  tree(sql: string, params?: QueryOptions['params']): Promise<QueryTree>
  /** Safe to call twice. */
  close(): void
}

const MOST_REPAIRS = 500

/**
 * Opens a planner over these tables, which stay empty there; nothing on this machine can be read by it.
 * @example const planner = await openPlanner(options, { tables: [{ name: 't', columns }] })
 */
export async function openPlanner(
  options: DuckDbOptions,
  mounts: {
    readonly tables: readonly PlannerTable[]
    readonly externals?: readonly Omit<MountedExternal, 'files'>[]
    readonly views?: readonly MountedView[]
    readonly prelude?: readonly string[]
  },
): Promise<Planner> {
  const engine = await openDuckDb({ ...options, threads: 1 })
  try {
    const connection = await engine.connect()
    await mountAll(connection, {
      ...mounts,
      tables: mounts.tables.map((t) => ({ ...t, files: [] })),
      externals: (mounts.externals ?? []).map((t) => ({ ...t, files: [] })),
    })
    await forPlanning(connection)
    await connection.run('SET errors_as_json = true')
    await connection.run('SET GLOBAL enable_external_access = false')
    const known = [...mounts.tables, ...(mounts.externals ?? []).map(externalAsTable)]
    const tables = new Map(known.map((t) => [t.name, t.columns]))
    const names = namesOf(known, mounts.views ?? [])
    return {
      plan: (sql, params) => plan(connection, tables, names, sql, params),
      tree: (sql, params) => queryTree(connection, sql, params),
      close: () => engine.close(),
    }
  } catch (error) {
    engine.close()
    throw error
  }
}

function externalAsTable({
  table,
  withPath,
}: Pick<MountedExternal, 'table' | 'withPath'>): PlannerTable {
  const path = { name: PATH_COLUMN, type: 'string', doc: '', hot: false } as const
  return { name: table.name, columns: [...knownColumns(table), ...(withPath ? [path] : [])] }
}

async function plan(
  connection: DuckDBConnection,
  tables: ReadonlyMap<string, readonly TableColumn[]>,
  names: Names,
  text: string,
  params: QueryOptions['params'],
): Promise<PlannedQuery> {
  const { sql, explain, parsed } = await readOnly(text, (t) => parseSql(connection, t))
  const spelling = new Spelling(sql, parsed, names)
  for (let repairs = 0; ; repairs++) {
    try {
      const scans = await planScans(connection, spelling.sql, tables, params)
      return { sql: spelling.sql, explain, scans }
    } catch (error) {
      const failure = readFailure(error)
      const at = (byte: number): number | undefined => {
        const inSql = byte - PLAN.length
        return inSql < 0 ? undefined : spelling.original(inSql)
      }
      const shifted =
        failure.position === undefined
          ? failure
          : { ...failure, position: failure.position - PLAN.length }
      if (repairs < MOST_REPAIRS && spelling.repair(shifted)) continue
      const message = hint(failure, names)
      throw queryError(error, text, { at, ...(message === undefined ? {} : { message }) })
    }
  }
}

/** Says what was not found, with the name that was meant, from the lake's own names. */
function hint(failure: DuckDbFailure, names: Names): string | undefined {
  const { message, missing, name } = failure
  if (missing === 'Table' && name !== undefined) {
    return `there is no table ${JSON.stringify(name)} in this lake${didYouMean(name, names.tables)}`
  }
  const column =
    missing === 'Column' ? name : /does not have a column named "([^"]*)"/.exec(message)?.[1]
  if (column !== undefined) {
    return `there is no column ${JSON.stringify(column)}${didYouMean(column, names.columns)}`
  }
  const field = /^Could not find key "([^"]*)"/.exec(message)?.[1]
  if (field === undefined) return undefined
  return `there is no field ${JSON.stringify(field)}${didYouMean(field, names.fields)}`
}

function namesOf(tables: readonly PlannerTable[], views: readonly MountedView[]): Names {
  const fields = (columns: readonly TableColumn[]): string[] =>
    columns.flatMap(({ type }) => {
      if (typeof type === 'string') return []
      const inner = 'struct' in type ? type.struct : type.list
      return [...inner.map((c) => c.name), ...fields(inner)]
    })
  const columns = tables.flatMap((t) => t.columns)
  return {
    tables: [...tables.map((t) => t.name), ...views.map((v) => v.name)],
    columns: [...new Set(columns.map((c) => c.name))],
    fields: [...new Set(fields(columns))],
  }
}
