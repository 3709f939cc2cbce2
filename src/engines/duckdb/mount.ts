import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import type { MountedFile, MountedTable } from '../engine.js'
import { duckDbType } from './types.js'

const DAY = 'event_day'

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
  const groups = await Promise.all(
    groupFiles(table).map((group) => selectFrom(connection, table.columns, group)),
  )
  await connection.run(
    groups.length === 0
      ? `CREATE TABLE ${name} (${columnList(table.columns)})`
      : `CREATE VIEW ${name} AS ${groups.join(' UNION ALL BY NAME ')}`,
  )
}

/** Makes a view. */
export async function mountView(connection: DuckDBConnection, view: MountedView): Promise<void> {
  await connection.run(`CREATE VIEW ${identifier(view.name)} AS ${view.sql}`)
}

/** The columns with their types, as CREATE TABLE wants them. */
export function columnList(columns: readonly TableColumn[]): string {
  return columns.map((c) => `${identifier(c.name)} ${duckDbType(c.type)}`).join(', ')
}

interface FileGroup {
  readonly files: readonly MountedFile[]
  /** `path`: the folder's name says it; else the one day of all the files. */
  readonly day: 'path' | { readonly value: string | null }
  /** Whether the files may differ in their columns. */
  readonly union: boolean
}

function groupFiles(table: MountedTable): FileGroup[] {
  const names = new Set(table.columns.map((c) => c.name))
  const groups = new Map<string, { day: FileGroup['day']; union: boolean; files: MountedFile[] }>()
  for (const file of table.files) {
    const inPath = dayIsInPath(file, names)
    const union = file.complete !== true
    const key = `${union} ${inPath ? 'path' : file.eventDay}`
    const group = groups.get(key)
    if (group) group.files.push(file)
    else {
      groups.set(key, { day: inPath ? 'path' : { value: file.eventDay }, union, files: [file] })
    }
  }
  return [...groups.values()]
}

function dayIsInPath(file: MountedFile, names: ReadonlySet<string>): boolean {
  const parts = file.path
    .split('/')
    .slice(0, -1)
    .filter((p) => p.includes('='))
  const ours = parts.filter((p) => names.has(p.slice(0, p.indexOf('='))))
  return ours.length === 1 && ours[0] === `${DAY}=${file.eventDay ?? '__HIVE_DEFAULT_PARTITION__'}`
}

async function selectFrom(
  connection: DuckDBConnection,
  columns: readonly TableColumn[],
  group: FileGroup,
): Promise<string> {
  const sample = group.union ? group.files : group.files.slice(-1)
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${readParquet(sample, group)}`)
  const types = new Map(
    described.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)] as const),
  )
  const list = columns.map((c) => {
    const [name, wanted] = [identifier(c.name), duckDbType(c.type)]
    if (c.name === DAY && group.day !== 'path') {
      const { value } = group.day
      return `${value === null ? 'NULL' : literal(value)}::DATE AS ${name}`
    }
    const type = types.get(c.name.toLowerCase())
    if (type === undefined) return `NULL::${wanted} AS ${name}`
    return unquoted(type) === unquoted(wanted) ? name : `CAST(${name} AS ${wanted}) AS ${name}`
  })
  return `SELECT ${list.join(', ')} FROM ${readParquet(group.files, group)}`
}

const unquoted = (type: string): string => type.replaceAll('"', '')

function readParquet(files: readonly MountedFile[], group: FileGroup): string {
  const last = files.at(-1)
  const ordered = last && files.length > 1 ? [last, ...files.slice(0, -1)] : files
  const hive =
    group.day === 'path'
      ? `hive_partitioning = true, hive_types = {'${DAY}': DATE}`
      : 'hive_partitioning = false'
  const paths = ordered.map((f) => literal(enginePath(f.path)))
  return `read_parquet([${paths.join(', ')}], ${hive}, union_by_name = ${group.union})`
}

/** The pattern that means this path only, whatever characters it has. */
export function enginePath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]')
}
