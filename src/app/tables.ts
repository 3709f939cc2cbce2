import { openCatalog } from '../catalog/catalog.js'
import { allColumns } from '../catalog/external-table.js'
import { typeText } from '../catalog/hive-type.js'
import { didYouMean } from '../core/closest.js'
import { HeadrigError } from '../core/errors.js'
import { FORMATS } from '../formats/index.js'
import { SYSTEM_TABLES } from '../formats/system-tables.js'
import { tableColumns, type TableColumn, type TableType } from '../formats/table-schema.js'
import { parseMicros } from '../lake/comparable.js'
import type { Snapshot } from '../lake/snapshot.js'
import { respelt } from '../sql/squash.js'
import { type LakeContext, requireLake } from './context.js'
import { lakeTables } from './lake-tables.js'

/** What a table holds, by its log. */
export interface TableSummary {
  readonly name: string
  readonly title: string
  /** Null when a file's writer did not say. */
  readonly rows: number | null
  readonly files: number
  readonly bytes: number
  /** The earliest and the latest `time`, ISO 8601; null when there is none, or none is known. */
  readonly min_time: string | null
  readonly max_time: string | null
  readonly version: number
}

/** A column, or a field inside one. */
export interface ColumnSummary {
  /** Fields behind dots: `user_identity.arn`, `resources[].arn`. */
  readonly name: string
  readonly type: string
  /** Each file's range is known, or it is a partition's column, so that queries skip files by it. */
  readonly hot: boolean
  readonly meaning: string
}

/**
 * The tables of the lake, sorted by name, from their logs alone: no data file is opened.
 * Throws `not-found` without a lake.
 */
export async function listTables(context: LakeContext): Promise<TableSummary[]> {
  await requireLake(context)
  const summaries: TableSummary[] = []
  for (const { name, snapshot } of await lakeTables(context)) {
    summaries.push(await summary(name, snapshot()))
  }
  return summaries
}

/**
 * The columns of a table with their meaning; of a log type also when nothing of it was collected yet,
 * and of an external table as it was declared.
 * Throws `not-found` with the likely name for an unknown table.
 * @example await describeTable('aws_cloudtrail', context)
 */
export async function describeTable(name: string, context: LakeContext): Promise<ColumnSummary[]> {
  const known = knownColumns()
  const inLake = await lakeTables(context)
  const externals = (await openCatalog(context.store).entries()).map((e) => e.table)
  const names = [...new Set([...[...inLake, ...externals].map((t) => t.name), ...known.keys()])]
  const wanted = names.find((n) => n === name) ?? respelt(name, names)
  if (wanted === undefined) {
    throw new HeadrigError(
      'not-found',
      `there is no table ${JSON.stringify(name)}${didYouMean(name, names)}`,
    )
  }
  const external = externals.find((t) => t.name === wanted)
  if (external) {
    return allColumns(external).map(({ name: column, type, comment = '' }) => ({
      name: column,
      type: typeText(type),
      hot: external.partitionedBy.some((p) => p.name === column),
      meaning: comment,
    }))
  }
  const documented = known.get(wanted) ?? []
  const columns = inLake.find((t) => t.name === wanted)?.columns ?? documented
  return columns.flatMap((c) => describe(c, documented, ''))
}

async function summary(name: string, snapshot: Snapshot): Promise<TableSummary> {
  let rows: number | undefined = 0
  let min: string | undefined
  let max: string | undefined
  let timed = true
  const totals = await snapshot.totals()
  for await (const { stats } of snapshot.eachFile()) {
    if (!stats) rows = undefined
    if (rows !== undefined && stats) rows += stats.numRecords
    const [low, high] = [stats?.minValues['time'], stats?.maxValues['time']]
    if (typeof low === 'string' && typeof high === 'string') {
      min = min === undefined || micros(low) < micros(min) ? low : min
      max = max === undefined || micros(high) > micros(max) ? high : max
    } else if (stats?.nullCount['time'] !== stats?.numRecords || !stats) timed = false
  }
  return {
    name,
    title: titleOf(name),
    rows: rows ?? null,
    ...totals,
    min_time: timed ? (tidy(min) ?? null) : null,
    max_time: timed ? (tidy(max) ?? null) : null,
    version: snapshot.version,
  }
}

const micros = (text: string): number => parseMicros(text) ?? Number.NaN

/** Without a fraction of nothing. */
const tidy = (time: string | undefined): string | undefined => time?.replace(/\.0+Z$/, 'Z')

const SYSTEM_TITLES: Readonly<Record<string, string>> = {
  ingest_objects: 'The ledger: what became of each object',
  ingest_rejects: 'Records that could not be read',
}

function titleOf(name: string): string {
  return FORMATS.find((f) => f.id === name)?.title ?? SYSTEM_TITLES[name] ?? ''
}

function knownColumns(): Map<string, readonly TableColumn[]> {
  return new Map<string, readonly TableColumn[]>([
    ...FORMATS.map((f) => [f.id, tableColumns(f)] as const),
    ...Object.entries(SYSTEM_TABLES),
  ])
}

function describe(
  column: TableColumn,
  documented: readonly TableColumn[],
  prefix: string,
): ColumnSummary[] {
  const same = documented.find((c) => c.name === column.name)
  const name = `${prefix}${column.name}`
  const own: ColumnSummary = {
    name,
    type: typeName(column.type),
    hot: same?.hot ?? column.hot,
    meaning: same?.doc ?? column.doc,
  }
  const below = name + (isList(column.type) ? '[].' : '.')
  const inner = fieldsOf(same?.type)
  return [own, ...fieldsOf(column.type).flatMap((f) => describe(f, inner, below))]
}

function fieldsOf(type: TableType | undefined): readonly TableColumn[] {
  if (type === undefined || typeof type === 'string') return []
  return 'struct' in type ? type.struct : type.list
}

const isList = (type: TableType): boolean => typeof type !== 'string' && 'list' in type

function typeName(type: TableType): string {
  if (typeof type === 'string') return type
  return isList(type) ? 'list of structs' : 'struct'
}
