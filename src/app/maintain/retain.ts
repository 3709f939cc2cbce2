import { HeadrigError } from '../../core/errors.js'
import { SYSTEM_TABLES } from '../../formats/system-tables.js'
import type { Action } from '../../lake/actions.js'
import { removeAction, type AddFile } from '../../lake/add-file.js'
import type { Snapshot } from '../../lake/snapshot.js'
import type { LakeContext } from '../context.js'
import { RETIRED } from './retired.js'
import { chosenTables } from './tables.js'

const DAY = 86_400_000
const KEEP_DAYS = 'headrig.keepDays'
const LEDGER = 'ingest_objects'

export interface RetainOptions {
  /** Default: every table of logs; those of the product itself only by name. */
  readonly tables?: readonly string[]
  /** How many days of rows to keep; default: what each table remembers, else everything. */
  readonly days?: number
  /** Keep the number of days in the table, for later calls without one. */
  readonly remember?: boolean
  /** Only say what would be done. */
  readonly dryRun?: boolean
  readonly now?: Date
}

export interface RetainedTable {
  readonly table: string
  /** The oldest day that stays; undefined when the table keeps everything. */
  readonly from: string | undefined
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

export interface RetainSummary {
  readonly tables: readonly RetainedTable[]
}

/**
 * Takes whole days that are older than a table's limit out of it. The rows of a day go once all of it
 * is too old; rows without a time stay. The files themselves go with a later vacuum. The ledger is never
 * cut: what it forgot would be collected again.
 */
export async function retain(options: RetainOptions, context: LakeContext): Promise<RetainSummary> {
  const { days } = options
  if (days !== undefined && !(Number.isSafeInteger(days) && days > 0)) {
    throw new HeadrigError('invalid', `${days} is no number of days to keep: write 1 or more`)
  }
  if (options.tables?.includes(LEDGER)) {
    throw new HeadrigError(
      'invalid',
      `${LEDGER} is kept for good: objects that it forgot would be collected again`,
    )
  }
  const named = options.tables !== undefined && options.tables.length > 0
  const names = await chosenTables(context, options.tables)
  const tables: RetainedTable[] = []
  for (const name of names) {
    if (!named && name in SYSTEM_TABLES) continue
    tables.push(await retainTable(name, options, context))
  }
  return { tables }
}

async function retainTable(
  table: string,
  options: RetainOptions,
  context: LakeContext,
): Promise<RetainedTable> {
  let result: RetainedTable = { table, from: undefined, files: 0, rows: 0, bytes: 0 }
  const build = async (snapshot: Snapshot | undefined): Promise<readonly Action[] | undefined> => {
    result = { table, from: undefined, files: 0, rows: 0, bytes: 0 }
    if (!snapshot) return undefined
    const days = options.days ?? keepDays(snapshot)
    if (days === undefined) return undefined
    const from = firstDay(options.now ?? new Date(), days)
    const expired = await olderFiles(snapshot, from)
    const rows = rowsOf(table, expired)
    result = { table, from, files: expired.length, rows, bytes: sum(expired.map((f) => f.size)) }
    const settings =
      options.remember && keepDays(snapshot) !== days ? [rememberDays(snapshot, days)] : []
    const total = (snapshot.txn(RETIRED) ?? 0) + rows
    const counted = expired.length > 0 ? [{ txn: { appId: RETIRED, version: total } }] : []
    const actions = [...settings, ...counted, ...expired.map((f) => removeAction(f, true))]
    return actions.length > 0 ? actions : undefined
  }
  const log = context.lake.table(table)
  if (options.dryRun) await build(await log.snapshot())
  else await log.commit({ operation: 'DELETE', info: { retention: true }, build })
  return result
}

function keepDays(snapshot: Snapshot): number | undefined {
  const days = Number(snapshot.metadata.configuration[KEEP_DAYS])
  return Number.isSafeInteger(days) && days > 0 ? days : undefined
}

function rememberDays(snapshot: Snapshot, days: number): Action {
  const configuration = { ...snapshot.metadata.configuration, [KEEP_DAYS]: String(days) }
  return { metaData: { ...snapshot.metadata.action, configuration } }
}

/** A day stays while any of its moments is young enough. */
function firstDay(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY).toISOString().slice(0, 10)
}

async function olderFiles(snapshot: Snapshot, from: string): Promise<readonly AddFile[]> {
  const files = await snapshot.files([{ column: 'event_day', op: '<', values: [from] }])
  return files.filter((f) => {
    const day = f.partitionValues['event_day']
    return typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) && day < from
  })
}

function rowsOf(table: string, files: readonly AddFile[]): number {
  return sum(
    files.map((file) => {
      const rows = file.stats?.numRecords
      if (rows !== undefined) return rows
      throw new HeadrigError(
        'invalid',
        `table ${table}: ${file.path} has no statistics, so its rows cannot be accounted for: rewrite it with Spark's OPTIMIZE first`,
      )
    }),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
