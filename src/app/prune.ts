import type { MountedFile, ScanFilter, TableScan } from '../engines/engine.js'
import type { AddFile } from '../lake/add-file.js'
import type { Snapshot, Totals } from '../lake/snapshot.js'
import type { FileStats } from '../core/file-stats.js'
import type { LakeTable } from './lake-tables.js'

/** What a query reads of a table. */
export interface TableRead {
  readonly table: LakeTable
  readonly snapshot: Snapshot
  readonly files: readonly AddFile[]
  /** Of the whole table. */
  readonly totals: Totals
  /** What each place that reads the table asks for; any of them keeps a file. */
  readonly filters: readonly (readonly ScanFilter[])[]
  /** The columns that the query reads. */
  readonly needed: ReadonlySet<string>
}

/** What a query read of a table, of what there is. */
export interface TableIo {
  readonly table: string
  readonly version: number
  readonly files: number
  readonly filesTotal: number
  readonly bytes: number
  readonly bytesTotal: number
}

/** The files that a query has to read: those that a scan of it cannot rule out. */
export async function prune(
  tables: readonly LakeTable[],
  scans: readonly TableScan[],
): Promise<TableRead[]> {
  const reads: TableRead[] = []
  for (const table of tables) {
    const own = scans.filter((s) => s.table === table.name)
    if (own.length === 0) continue
    const snapshot = table.snapshot()
    const filters = own.map((s) => s.filters)
    const kept = new Map<string, AddFile>()
    for (const predicate of filters) {
      for await (const file of snapshot.eachFile(predicate)) kept.set(file.path, file)
    }
    const needed = new Set(own.flatMap((s) => s.columns))
    const totals = await snapshot.totals()
    reads.push({ table, snapshot, files: [...kept.values()], totals, filters, needed })
  }
  return reads
}

/** How much of the table is read. */
export function ioOf({ table, snapshot, files, totals }: TableRead): TableIo {
  return {
    table: table.name,
    version: snapshot.version,
    files: files.length,
    filesTotal: totals.files,
    bytes: files.reduce((sum, f) => sum + f.size, 0),
    bytesTotal: totals.bytes,
  }
}

/**
 * Says for each file what its statistics tell of the columns that are read. Files that tell the same
 * share one map.
 */
export function holdings(read: TableRead): (file: AddFile) => MountedFile['holds'] {
  const columns = [...read.needed]
  const shared = new Map<string, ReadonlyMap<string, boolean>>()
  return (file) => {
    const { stats } = file
    if (!stats) return undefined
    const held = columns.map((c) => holds(stats, c))
    const key = held.join()
    let map = shared.get(key)
    if (!map) {
      map = new Map(columns.flatMap((c, i) => (held[i] === undefined ? [] : [[c, held[i]]])))
      shared.set(key, map)
    }
    return map
  }
}

function holds({ nullCount, numRecords }: FileStats, column: string): boolean | undefined {
  const nulls = nullCount[column]
  if (typeof nulls === 'number') return nulls < numRecords
  return someValue(nulls, numRecords) ? true : undefined
}

/** Whether a leaf of a struct has a value in some row. */
function someValue(nulls: unknown, rows: number): boolean {
  if (typeof nulls === 'number') return nulls < rows
  return (
    typeof nulls === 'object' &&
    nulls !== null &&
    Object.values(nulls).some((n) => someValue(n, rows))
  )
}
