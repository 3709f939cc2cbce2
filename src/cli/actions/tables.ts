import type { LakeContext } from '../../app/context.js'
import { describeTable, listTables } from '../../app/tables.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import type { OutputFlags } from '../flags/output-flags.js'
import type { LakeFlags } from '../flags/setting-flags.js'
import { printRows, recordsToRows } from '../print-rows.js'
import { withLake } from '../with-lake.js'

export interface DescribeFlags extends LakeFlags, OutputFlags {}

export interface TablesFlags extends LakeFlags, OutputFlags {}

const TABLE = [
  'name',
  'rows',
  'files',
  'bytes',
  'min_time',
  'max_time',
  'version',
  'title',
] as const
const COLUMN = ['name', 'type', 'hot', 'meaning'] as const

export async function runTables(this: Cli, flags: TablesFlags): Promise<void> {
  await withLake(this, flags, (context) => printTables(this, flags, context))
}

export async function runDescribe(this: Cli, flags: DescribeFlags, table: string): Promise<void> {
  await withLake(this, flags, (context) => printTable(this, flags, table, context))
}

/** Prints what the lake holds; for people sizes have units. */
export async function printTables(
  cli: Cli,
  flags: OutputFlags,
  context: LakeContext,
): Promise<void> {
  const found = await listTables(context)
  context.progress.done()
  if (flags.format !== 'table')
    return void (await printRows(cli, flags, recordsToRows(TABLE, found)))
  const shown = found.map((t) => ({ ...t, bytes: formatSize(t.bytes) }))
  await printRows(cli, flags, recordsToRows(TABLE, shown))
}

/** Prints the columns of a table; for people a hot one is marked. */
export async function printTable(
  cli: Cli,
  flags: OutputFlags,
  table: string,
  context: LakeContext,
): Promise<void> {
  const columns = await describeTable(table, context)
  context.progress.done()
  if (flags.format !== 'table') {
    return void (await printRows(cli, flags, recordsToRows(COLUMN, columns)))
  }
  const shown = columns.map((c) => ({ ...c, hot: c.hot ? 'hot' : '' }))
  await printRows(cli, flags, recordsToRows(COLUMN, shown))
}
