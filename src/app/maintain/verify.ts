import { PlanLog } from '../../collect/plans.js'
import { ledgerRows, rowCounts } from '../../engines/duckdb/inspect.js'
import { SYSTEM_TABLES } from '../../formats/system-tables.js'
import type { AddFile } from '../../lake/add-file.js'
import type { Snapshot } from '../../lake/snapshot.js'
import type { LakeContext } from '../context.js'
import { localPaths, withFolder } from './local.js'
import { RETIRED } from './retired.js'
import { chosenTables } from './tables.js'

const LEDGER = 'ingest_objects'

export interface VerifyOptions {
  /** Default: all. */
  readonly tables?: readonly string[]
  /** Also read the files of a lake that is not on this machine; those of a local one always are. */
  readonly deep?: boolean
}

/** Something that is not as it should be. */
export interface Finding {
  readonly table: string
  /** Of the data file, below the table's folder. */
  readonly path?: string
  readonly problem: 'missing' | 'size' | 'unreadable' | 'rows' | 'ledger'
  readonly detail: string
}

export interface VerifiedTable {
  readonly table: string
  readonly version: number
  readonly files: number
  readonly bytes: number
  readonly rows: number
}

export interface VerifySummary {
  readonly tables: readonly VerifiedTable[]
  readonly findings: readonly Finding[]
  /** Batches that a collector is at work on, or left unfinished: their rows are not compared. */
  readonly openBatches: number
}

/**
 * Holds the lake against its own records: every data file is there with its size and its number of
 * rows, and each table has the rows that the ledger says were added, less those that retention took.
 */
export async function verify(options: VerifyOptions, context: LakeContext): Promise<VerifySummary> {
  const names = await chosenTables(context, options.tables)
  const { open } = await new PlanLog(context.store).list()
  const ledger = await context.lake.table(LEDGER).snapshot()
  const expected = ledger && open.length === 0 ? await readLedger(ledger, context) : undefined
  const tables: VerifiedTable[] = []
  const findings: Finding[] = []
  for (const table of names) {
    const snapshot = await context.lake.table(table).snapshot()
    if (!snapshot) continue
    const { version } = snapshot
    const { files, bytes } = await snapshot.totals()
    const { rows, found } = await checkFiles(snapshot, options.deep === true, context)
    findings.push(...found)
    tables.push({ table, version, files, bytes, rows })
    if (table in SYSTEM_TABLES || !expected) continue
    const had = rows + (snapshot.txn(RETIRED) ?? 0)
    const wanted = expected.get(table) ?? 0
    if (had === wanted) continue
    const detail = `the ledger counts ${wanted} rows added, the table has had ${had}`
    findings.push({ table, problem: 'ledger', detail })
  }
  context.progress.done()
  return { tables, findings, openBatches: open.length }
}

async function readLedger(
  snapshot: Snapshot,
  context: LakeContext,
): Promise<ReadonlyMap<string, number>> {
  const engine = await context.engine()
  const files = await snapshot.files()
  return withFolder(context, async (folder) =>
    ledgerRows(engine, await localPaths(context, snapshot, files, folder)),
  )
}

async function checkFiles(
  snapshot: Snapshot,
  deep: boolean,
  context: LakeContext,
): Promise<{ rows: number; found: readonly Finding[] }> {
  const { table } = snapshot
  const sizes = new Map<string, number>()
  for await (const { key, size } of context.store.list(snapshot.prefix)) sizes.set(key, size)
  const found: Finding[] = []
  const whole: AddFile[] = []
  let rows = 0
  for await (const file of snapshot.eachFile()) {
    rows += file.stats?.numRecords ?? 0
    const size = sizes.get(snapshot.keyOf(file))
    if (size === file.size) whole.push(file)
    else if (size === undefined) {
      found.push({ table, path: file.path, problem: 'missing', detail: 'the file is gone' })
    } else {
      const detail = `${size} bytes are there, the log says ${file.size}`
      found.push({ table, path: file.path, problem: 'size', detail })
    }
  }
  const readable = deep || context.store.localPath(snapshot.prefix.slice(0, -1)) !== undefined
  if (readable) found.push(...(await checkRows(snapshot, whole, context)))
  return { rows, found }
}

async function checkRows(
  snapshot: Snapshot,
  files: readonly AddFile[],
  context: LakeContext,
): Promise<readonly Finding[]> {
  const { table } = snapshot
  const engine = await context.engine()
  const found: Finding[] = []
  for (let i = 0; i < files.length; i += 256) {
    context.signal.throwIfAborted()
    const some = files.slice(i, i + 256)
    await withFolder(context, async (folder) => {
      const paths = await localPaths(context, snapshot, some, folder)
      const counts = await rowCounts(engine, paths)
      for (const [index, file] of some.entries()) {
        const rows = counts.get(paths[index] ?? '')
        const said = file.stats?.numRecords
        if (typeof rows !== 'number') {
          const detail = rows ?? 'no rows could be counted'
          found.push({ table, path: file.path, problem: 'unreadable', detail })
        } else if (said !== undefined && said !== rows) {
          const detail = `the file has ${rows} rows, its statistics say ${said}`
          found.push({ table, path: file.path, problem: 'rows', detail })
        }
      }
    })
    context.progress.update({
      phase: `verifying ${table}`,
      objects: { done: i + some.length, total: files.length },
    })
  }
  return found
}
