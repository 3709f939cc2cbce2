import type { DuckDBConnection } from '@duckdb/node-api'
import type { TableColumn } from '../../formats/table-schema.js'
import { literal } from '../../sql/text.js'
import type { MountedFile, MountedTable } from '../engine.js'
import { enginePath } from './engine-path.js'
import { PARTITION } from './mount-groups.js'

/** Up to so many files the engine may as well open them all to plan. */
const FEW = 64

/**
 * Looks into files of which it is not known whether they hold the columns that are read: one pass over
 * their footers, which keeps none of them. Opening 10,000 to plan takes six times as long, and 2 GB.
 */
export async function learnColumns(
  connection: DuckDBConnection,
  table: MountedTable,
): Promise<MountedTable> {
  const nested = new Set(table.columns.flatMap((c) => nestedNames(c)))
  const read = table.columns
    .map((c) => c.name)
    .filter((n) => n !== PARTITION && (table.needed?.has(n) ?? true))
  const unknown = (file: MountedFile): string[] => read.filter((n) => !file.holds?.has(n))
  const files = table.files.filter((f) => unknown(f).length > 0)
  const names = [...new Set(files.flatMap(unknown))].filter((n) => !nested.has(n))
  if (files.length <= FEW || names.length === 0) return table
  const paths = files.map((f) => literal(enginePath(f.path))).join(', ')
  const result = await connection.runAndReadAll(
    `SELECT file_name, list(DISTINCT name)::VARCHAR[] FROM parquet_schema([${paths}]) WHERE name IN (${names.map(literal).join(', ')}) GROUP BY file_name`,
  )
  const found = new Map(
    result
      .getRowsJson()
      .map(([path, list]) => [path as string, new Set(list as string[])] as const),
  )
  return {
    ...table,
    files: table.files.map((file) => {
      const asked = unknown(file).filter((n) => names.includes(n))
      if (asked.length === 0) return file
      const own = found.get(file.path)
      const learnt = asked.map((n) => [n, own?.has(n) ?? false] as const)
      return { ...file, holds: new Map([...(file.holds ?? []), ...learnt]) }
    }),
  }
}

/** A name that is also one of a field cannot be told from it in a footer's list of names. */
function nestedNames({ type }: TableColumn): string[] {
  if (typeof type === 'string') return []
  const inner = 'struct' in type ? type.struct : [...type.list]
  return ['list', 'element', ...inner.flatMap((c) => [c.name, ...nestedNames(c)])]
}
