import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { TableColumn, TableType } from '../../formats/table-schema.js'
import type { QueryOptions, TableScan } from '../engine.js'
import { parseFilters } from './filter-text.js'

/** Optimizers that would use what is known of the tables' rows, or that scan a table twice. */
const WITHOUT = [
  'statistics_propagation',
  'empty_result_pullup',
  'join_filter_pushdown',
  'late_materialization',
  'compressed_materialization',
  'row_group_pruner',
  'top_n',
  'top_n_window_elimination',
]

/** Prepares a connection for `planScans`: plans there depend on the query alone, not on rows. */
export async function forPlanning(connection: DuckDBConnection): Promise<void> {
  await connection.run(`SET GLOBAL disabled_optimizers = '${WITHOUT.join(',')}'`)
}

/** What is put before a query to plan it: positions in errors count it. */
export const PLAN = 'EXPLAIN (FORMAT json) '

/**
 * Where a query reads tables, and what each place demands of their columns, from the engine's own
 * plan: through views, CTEs, subqueries and joins, with constants folded. The tables must exist, and
 * may be empty. A table that is in no scan is not read. Throws DuckDB's errors.
 */
export async function planScans(
  connection: DuckDBConnection,
  sql: string,
  tables: ReadonlyMap<string, readonly TableColumn[]>,
  params?: QueryOptions['params'],
): Promise<TableScan[]> {
  const values = params === undefined ? undefined : ([...params] as DuckDBValue[])
  const result = await connection.runAndReadAll(`${PLAN}${sql}`, values)
  const [row] = result.getRows()
  const scans: TableScan[] = []
  const visit = (node: PlanNode): void => {
    const table = lastName(String(node.extra_info?.['Table'] ?? ''))
    const columns = tables.get(table)
    if (columns) scans.push(scanOf(table, node, columns))
    node.children?.forEach(visit)
  }
  ;(JSON.parse(String(row?.[1])) as PlanNode[]).forEach(visit)
  return scans
}

/** Of a path such as `memory.main."csv"`; which names are quoted is the engine's own choice. */
function lastName(path: string): string {
  const quoted = /(?:^|\.)"((?:[^"]|"")*)"$/.exec(path)?.[1]
  return quoted?.replaceAll('""', '"') ?? path.replace(/^.*\./, '')
}

interface PlanNode {
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>
  readonly children?: readonly PlanNode[]
}

function scanOf(table: string, node: PlanNode, columns: readonly TableColumn[]): TableScan {
  const filters = textOf(node.extra_info?.['Filters'])
  const projected = linesOf(node.extra_info?.['Projections'])
  const types = new Map<string, TableType>(columns.map((c) => [c.name, c.type]))
  const read = columns.filter(
    ({ name }) =>
      filters.includes(name) || projected.some((p) => p === name || p.startsWith(`${name}.`)),
  )
  return { table, filters: parseFilters(filters, types), columns: read.map((c) => c.name) }
}

type PlanInfo = string | readonly string[] | undefined

const linesOf = (info: PlanInfo): readonly string[] =>
  typeof info === 'string' ? info.split('\n') : (info ?? [])

const textOf = (info: PlanInfo): string => linesOf(info).join('\n')
