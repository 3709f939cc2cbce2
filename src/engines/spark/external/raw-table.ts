import type { ExternalTable } from '../../../catalog/external-table.js'
import { sparkName } from '../../../sql/spark/spark-text.js'
import { parseType, type SqlField } from '../../../sql/spark/sql-type.js'
import { hiveTypeSql } from '../../duckdb/external/hive-types.js'
import { groupsOf, type GroupLimits } from '../convert/groups.js'
import { encodeText } from '../convert/task-text.js'
import type { TaskProgram } from '../convert/statement.js'
import { allCells, lineCells, noValue } from './cells.js'
import type { RawOrder } from './order.js'
import { rawSelect } from './statement.js'

/** An external table as one query on Spark sees it. */
export interface SparkExternal {
  readonly table: ExternalTable
  readonly withPath: boolean
  /** Undefined when no row of it is needed. */
  readonly read?: Pick<RawOrder, 'files' | 'filters' | 's3'> & {
    readonly needed: ReadonlySet<string>
    readonly program: TaskProgram
    /** What one task reads. */
    readonly group: GroupLimits
  }
}

/** An external table in the words of Spark. */
export interface SparkRaw {
  readonly name: string
  readonly columns: readonly SqlField[]
  readonly select: string
  /** What the select reads: temporary views, whose rows are the orders of its tasks. */
  readonly orders: readonly TaskView[]
  /** What runs on executors, when something has to. */
  readonly program?: TaskProgram
}

export interface TaskView {
  readonly name: string
  readonly tasks: readonly string[]
}

/** What one view holds; Spark Connect takes 16 MiB at a time. */
const VIEW_BYTES = 8 << 20

/**
 * How Spark reads an external table: executors run the embedded reader over shares of its files, so that both
 * engines have one definition of every SerDe.
 * @param number of the table within its query
 * @throws HeadrigError `invalid` for a column whose type Spark lacks
 */
export function sparkRaw({ table, withPath, read }: SparkExternal, number: number): SparkRaw {
  const all = allCells(table, withPath)
  const { name } = table
  const columns = all.map((c) => ({ name: c.name, type: parseType(hiveTypeSql(c.type)) }))
  if (!read || read.files.length === 0) {
    const nulls = all.map((c) => `${noValue(c)} AS ${sparkName(c.name)}`)
    return { name, columns, select: `SELECT ${nulls.join(', ')} WHERE false`, orders: [] }
  }
  const { files, filters, s3, needed, program, group } = read
  const sizes = files.map((f) => f.size)
  const tasks = groupsOf(sizes, group).map(({ from, to }) => {
    const share = files.slice(from, to)
    const order: RawOrder = { table, withPath, filters, s3, needed: [...needed], files: share }
    return encodeText(order)
  })
  const orders = viewsOf(tasks, `headrig_orders_${number}`)
  const views = orders.map((o) => o.name)
  const select = rawSelect(program, views, all, lineCells(table, withPath, needed))
  return { name, columns, select, orders, program }
}

function viewsOf(tasks: readonly string[], name: string): TaskView[] {
  const shares: string[][] = [[]]
  let bytes = 0
  for (const task of tasks) {
    if (bytes > 0 && bytes + task.length > VIEW_BYTES) {
      shares.push([])
      bytes = 0
    }
    shares.at(-1)?.push(task)
    bytes += task.length
  }
  return shares.map((share, i) => ({ name: `${name}_${i}`, tasks: share }))
}
