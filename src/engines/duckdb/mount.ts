import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import type { MountedTable } from '../engine.js'
import { enginePath } from './engine-path.js'
import { learnColumns } from './learn-columns.js'
import { type FileGroup, groupFiles, PARTITION } from './mount-groups.js'
import { duckDbType } from './types.js'

/** A view beside the tables, such as `top_talkers`. */
export interface MountedView {
  readonly name: string
  /** A SELECT over mounted tables, in the DuckDB dialect. */
  readonly sql: string
}

/**
 * Makes a table queryable by its name: a view over its files, with the columns of its schema in their
 * order, whatever the files hold; without files an empty table. Files are opened by later queries.
 */
export async function mountTable(connection: DuckDBConnection, table: MountedTable): Promise<void> {
  const name = identifier(table.name)
  const selects: string[] = []
  for (const group of groupFiles(await learnColumns(connection, table))) {
    selects.push(await selectFrom(connection, table, group))
  }
  await connection.run(
    selects.length === 0
      ? `CREATE TABLE ${name} (${columnList(table.columns)})`
      : `CREATE VIEW ${name} AS ${selects.join(' UNION ALL ')}`,
  )
}

/** Makes a view; the tables that it reads must be mounted. */
export async function mountView(connection: DuckDBConnection, view: MountedView): Promise<void> {
  await connection.run(`CREATE VIEW ${identifier(view.name)} AS ${view.sql}`)
}

function columnList(columns: readonly TableColumn[]): string {
  return columns.map((c) => `${identifier(c.name)} ${duckDbType(c.type)}`).join(', ')
}

async function selectFrom(
  connection: DuckDBConnection,
  { columns, needed }: MountedTable,
  group: FileGroup,
): Promise<string> {
  const sample = group.union ? group.paths : group.paths.slice(0, 1)
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${readParquet(sample, group)}`)
  const types = new Map(
    described.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)] as const),
  )
  const list = columns.map((c) => {
    const [name, wanted] = [identifier(c.name), duckDbType(c.type)]
    if (c.name === PARTITION && group.day !== 'path') {
      const { value } = group.day
      return `${value === null ? 'NULL' : literal(value)}::DATE AS ${name}`
    }
    if (needed && !needed.has(c.name) && c.name !== PARTITION) {
      return `error('column ${c.name.replaceAll("'", '')} was not planned for')::${wanted} AS ${name}`
    }
    const type = group.empty.has(c.name) ? undefined : types.get(c.name.toLowerCase())
    if (type === undefined) return `NULL::${wanted} AS ${name}`
    return unquoted(type) === unquoted(wanted) ? name : `CAST(${name} AS ${wanted}) AS ${name}`
  })
  return `SELECT ${list.join(', ')} FROM ${readParquet(group.paths, group)}`
}

const unquoted = (type: string): string => type.replaceAll('"', '')

function readParquet(paths: readonly string[], { day, union }: FileGroup): string {
  const hive =
    day === 'path'
      ? `hive_partitioning = true, hive_types = {'${PARTITION}': DATE}`
      : 'hive_partitioning = false'
  const list = paths.map((p) => literal(enginePath(p))).join(', ')
  return `read_parquet([${list}], ${hive}, union_by_name = ${union})`
}
