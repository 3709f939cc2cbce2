import { HeadrigError } from '../../core/errors.js'
import { decodePath } from '../../lake/path.js'
import { expiredLogFiles } from '../../lake/log-cleanup.js'
import type { Snapshot } from '../../lake/snapshot.js'
import { uriOf } from '../../storage/store.js'
import type { LakeContext } from '../context.js'
import { scratchToDelete } from './scratch.js'
import { chosenTables } from './tables.js'

const DAY = 86_400_000

export interface VacuumOptions {
  /** Default: all, and the lake's own scratch. */
  readonly tables?: readonly string[]
  /** Files that left a table longer ago than this are deleted, milliseconds; default 7 days. */
  readonly olderThanMs?: number
  /** Only say what would be done. */
  readonly dryRun?: boolean
  /** Allow less than an hour: readers and collectors at work may lose their files. */
  readonly force?: boolean
}

export interface VacuumedTable {
  readonly table: string
  readonly files: number
  readonly bytes: number
  /** Of the log: commits and checkpoints that no version in reach needs. */
  readonly logFiles: number
}

export interface VacuumSummary {
  readonly tables: readonly VacuumedTable[]
  /** Finished plans and receipts of collectors, and what killed processes left behind. */
  readonly scratch: number
  /** Keys of the lake that were deleted, or would be. */
  readonly keys: readonly string[]
}

/**
 * Deletes data files that no version in reach of time travel needs: those that left their table, and
 * those that never became part of it, longer ago than the limit. Safe while others read and write.
 */
export async function vacuum(options: VacuumOptions, context: LakeContext): Promise<VacuumSummary> {
  const limit = options.olderThanMs ?? 7 * DAY
  if (limit < DAY / 24 && !options.force) {
    throw new HeadrigError(
      'invalid',
      `vacuum of files younger than an hour (${limit} ms) breaks readers and collectors at work: allow more, or force it when nothing else uses the lake`,
    )
  }
  const before = Date.now() - limit
  const names = await chosenTables(context, options.tables)
  const tables: VacuumedTable[] = []
  const keys: string[] = []
  const drop = async (key: string): Promise<void> => {
    context.signal.throwIfAborted()
    keys.push(key)
    if (!options.dryRun) await context.store.delete(key)
  }
  for (const table of names) {
    const snapshot = await context.lake.table(table).snapshot()
    if (!snapshot) continue
    const data = await unneeded(snapshot, before, context)
    for (const { key } of data) await drop(key)
    const log = await expiredLogFiles(context.store, snapshot)
    for (const key of log) await drop(key)
    const bytes = data.reduce((sum, f) => sum + f.size, 0)
    tables.push({ table, files: data.length, bytes, logFiles: log.length })
  }
  const whole = !options.tables || options.tables.length === 0
  const scratch = whole ? await scratchToDelete(context.store, before) : []
  for (const key of scratch) await drop(key)
  return { tables, scratch: scratch.length, keys }
}

async function unneeded(
  snapshot: Snapshot,
  before: number,
  { store }: LakeContext,
): Promise<readonly { readonly key: string; readonly size: number }[]> {
  const uri = uriOf(store, snapshot.prefix.slice(0, -1))
  const recent = new Set<string>()
  for await (const { path, deletionTimestamp } of snapshot.tombstones()) {
    if ((deletionTimestamp ?? 0) >= before) recent.add(decodePath(path, uri))
  }
  const present = await snapshot.present()
  const found: { key: string; size: number }[] = []
  for await (const { key, size, modified } of store.list(snapshot.prefix)) {
    const path = key.slice(snapshot.prefix.length)
    const hidden = path.split('/').some((part) => /^[_.]/.test(part) && !part.includes('='))
    if (hidden || modified >= before || recent.has(path) || present.has(path)) continue
    found.push({ key, size })
  }
  return found
}
