import type { DuckDBConnection } from '@duckdb/node-api'
import { allColumns, type ExternalTable } from '../../../catalog/external-table.js'
import { readerOf } from '../../../catalog/serdes/index.js'
import { HeadrigError } from '../../../core/errors.js'
import { identifier, literal } from '../../../sql/text.js'
import { readFailure } from '../failure.js'
import { castText, hiveTypeSql } from './hive-types.js'
import { type MountedExternal, PATH_COLUMN, type RawFile } from './raw-file.js'
import { pathList } from './read-lines.js'
import { rowSource } from './row-source.js'

/** Holds what belongs to the mounts, out of sight of `SHOW TABLES`. */
const OWN = '"_headrig"'

/**
 * Makes an external table queryable by its name: a view over its files as its SerDe reads them;
 * without files an empty table. Files are read by later queries.
 * Throws `invalid` when the SerDe or one of its properties is not supported.
 */
export async function mountExternal(
  connection: DuckDBConnection,
  external: MountedExternal,
): Promise<void> {
  const { table, files } = external
  try {
    if (files.length === 0) {
      await connection.run(`CREATE TABLE ${identifier(table.name)} (${columnList(external)})`)
      return
    }
    const fileTable = await writeFileTable(connection, external)
    const { from, select } = await rows(connection, external)
    const join = fileTable === undefined ? '' : ` JOIN ${fileTable} AS f ON f.file = r.filename`
    await connection.run(
      `CREATE VIEW ${identifier(table.name)} AS SELECT ${select.join(', ')} FROM ${from} AS r${join}`,
    )
  } catch (error) {
    if (error instanceof HeadrigError) throw error
    const { message } = readFailure(error)
    throw new HeadrigError('invalid', `table ${table.name} cannot be read: ${message.trim()}`, {
      cause: error,
    })
  }
}

function columnList({ table, withPath }: MountedExternal): string {
  const columns = allColumns(table).map((c) => `${identifier(c.name)} ${hiveTypeSql(c.type)}`)
  return [...columns, ...(withPath ? [`${identifier(PATH_COLUMN)} VARCHAR`] : [])].join(', ')
}

async function rows(
  connection: DuckDBConnection,
  external: MountedExternal,
): Promise<{ readonly from: string; readonly select: readonly string[] }> {
  const { table, files, needed, withPath } = external
  const reader = readerOf(table)
  const source =
    reader.kind === 'parquet'
      ? await parquetSource(connection, files)
      : await rowSource(table, reader, files)
  const own = table.columns.map((c, i) => {
    const [name, type] = [identifier(c.name), hiveTypeSql(c.type)]
    return needed && !needed.has(c.name)
      ? `error('column ${c.name.replaceAll("'", '')} was not planned for')::${type} AS ${name}`
      : `CAST(${source.value(c, i)} AS ${type}) AS ${name}`
  })
  const partitions = table.partitionedBy.map((c, i) => `f.p${i} AS ${identifier(c.name)}`)
  const path = withPath ? [`f.uri AS ${identifier(PATH_COLUMN)}`] : []
  return { from: source.from, select: [...own, ...partitions, ...path] }
}

async function parquetSource(
  connection: DuckDBConnection,
  files: readonly RawFile[],
): Promise<Awaited<ReturnType<typeof rowSource>>> {
  const from = `read_parquet(${pathList(files.map((f) => f.path))}, union_by_name = true, hive_partitioning = false, filename = true)`
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${from}`)
  const names = new Map(
    described.getRows().map(([name]) => [String(name).toLowerCase(), String(name)] as const),
  )
  return {
    from,
    value({ name }) {
      const found = names.get(name)
      return found === undefined ? 'NULL' : `r.${identifier(found)}`
    },
  }
}

const ROWS_AT_ONCE = 5000

/** What is known of each file by its place; undefined when no column needs it. */
async function writeFileTable(
  connection: DuckDBConnection,
  { table, files, withPath }: MountedExternal,
): Promise<string | undefined> {
  if (table.partitionedBy.length === 0 && !withPath) return undefined
  const name = `${OWN}.${identifier(table.name)}`
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${OWN}`)
  const types = table.partitionedBy.map((c, i) => `p${i} ${hiveTypeSql(c.type)}`)
  await connection.run(
    `CREATE TABLE ${name} (${['file VARCHAR', 'uri VARCHAR', ...types].join(', ')})`,
  )
  for (let start = 0; start < files.length; start += ROWS_AT_ONCE) {
    const values = files.slice(start, start + ROWS_AT_ONCE).map((f) => fileRow(table, f))
    await connection.run(`INSERT INTO ${name} VALUES ${values.join(', ')}`)
  }
  return name
}

function fileRow({ partitionedBy }: ExternalTable, { path, uri, values }: RawFile): string {
  const typed = partitionedBy.map(({ type }, i) => {
    const value = values[i] ?? null
    return value === null ? 'NULL' : castText(literal(value), type)
  })
  return `(${[literal(path), literal(uri), ...typed].join(', ')})`
}
