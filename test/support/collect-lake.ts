import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LakeFiles } from '../../src/collect/lake-files.js'
import { literal } from '../../src/sql/text.js'
import { testContext } from './lake.js'

export type Row = Readonly<Record<string, unknown>>

/** What a lake holds, in a form in which two lakes compare. */
export interface LakeContent {
  /** By table: every row as JSON without nulls, sorted; without what differs from run to run. */
  readonly tables: Readonly<Record<string, readonly string[]>>
  readonly ledger: readonly LedgerEntry[]
  readonly rejects: readonly Row[]
}

export interface LedgerEntry {
  readonly uri: string
  readonly etag: string
  readonly format: string | null
  readonly rows: number
  readonly rejected: number
  readonly duplicates: number
  readonly batch: string
  readonly state: string
  readonly error: string | null
}

/**
 * When it was collected, and which of several equal records was kept, is no content: reading threads race.
 */
const PASSING = new Set(['ingested_at', 'source_object', 'source_row'])

/** Reads a whole lake through its log. */
export async function readLake(
  lake: string,
  flags: Readonly<Record<string, string>> = {},
): Promise<LakeContent> {
  const tables: Record<string, readonly string[]> = {}
  const system: Record<string, readonly Row[]> = {}
  for (const [name, rows] of Object.entries(await readTables(lake, flags))) {
    if (name.startsWith('ingest_')) system[name] = rows
    else tables[name] = rows.map(asText).toSorted()
  }
  return {
    tables,
    ledger: (system['ingest_objects'] ?? []).map(ledgerEntry).toSorted(byUri),
    rejects: system['ingest_rejects'] ?? [],
  }
}

/** Every row of every table. */
export async function readTables(
  lake: string,
  flags: Readonly<Record<string, string>> = {},
): Promise<Record<string, readonly Row[]>> {
  const scratch = await mkdtemp(join(tmpdir(), 'headrig-read-'))
  const context = await testContext(lake, { tempFolder: scratch, ...flags })
  const files = new LakeFiles(context.store, scratch)
  const connection = await (await context.engine()).connect()
  try {
    const found: Record<string, readonly Row[]> = {}
    for (const name of await context.lake.tables()) {
      const snapshot = await context.lake.table(name).snapshot()
      const paths = await files.local(name, (await snapshot?.files()) ?? [])
      if (paths.length === 0) continue
      const result = await connection.run(
        `SELECT * FROM read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`,
      )
      found[name] = (await result.getRowObjectsJson()) as Row[]
    }
    return found
  } finally {
    connection.closeSync()
    await context.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

function asText(row: Row): string {
  return JSON.stringify(
    Object.entries(row)
      .filter(([name, value]) => value !== null && !PASSING.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function ledgerEntry(row: Row): LedgerEntry {
  const count = (name: string): number => Number(row[name])
  return {
    uri: String(row['uri']),
    etag: String(row['etag']),
    format: (row['format'] ?? null) as string | null,
    rows: count('rows'),
    rejected: count('rejected'),
    duplicates: count('duplicates'),
    batch: String(row['batch']),
    state: String(row['state']),
    error: (row['error'] ?? null) as string | null,
  }
}

function byUri(a: LedgerEntry, b: LedgerEntry): number {
  return a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0
}

/** What the ledger says, without which batch it was and how copies were shared out. */
export function ledgerFacts(ledger: readonly LedgerEntry[]): readonly unknown[] {
  return ledger.map(({ uri, etag, format, rows, duplicates, rejected, state, error }) => {
    return { uri, etag, format, records: rows + duplicates, rejected, state, error }
  })
}

/** Rejects without when they were written. */
export function rejectFacts(rejects: readonly Row[]): readonly string[] {
  return rejects
    .map((r) => JSON.stringify([r['source_object'], r['source_row'], r['reason'], r['raw']]))
    .toSorted()
}
