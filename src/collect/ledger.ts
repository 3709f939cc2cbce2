import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorKind } from '../core/errors.js'
import { columnLines, readColumnLines } from '../engines/duckdb/column-lines.js'
import { encodeColumnLines } from '../engines/duckdb/encode.js'
import type { DuckDbEngine } from '../engines/duckdb/open.js'
import { INGEST_OBJECTS } from '../formats/system-tables.js'
import { literal } from '../sql/text.js'
import type { Found } from './discover.js'

/** A row of `ingest_objects`. */
export interface LedgerRow {
  readonly uri: string
  readonly etag: string
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modified: number
  readonly format: string | null
  readonly rows: number
  readonly rejected: number
  readonly duplicates: number
  readonly batch: string
  readonly state: 'done' | 'skipped' | 'failed'
  readonly error: string | null
  /** Not in the table: why an object failed, for the summary. */
  readonly failure?: ErrorKind
}

/**
 * The objects that the ledger does not have yet. An object is its URI and etag: one whose content changed is
 * collected again, as a whole. One that failed is tried again.
 * @param paths local paths of the ledger's files
 */
export async function notInLedger(
  engine: DuckDbEngine,
  paths: readonly string[],
  found: readonly Found[],
  folder: string,
): Promise<readonly Found[]> {
  if (paths.length === 0 || found.length === 0) return found
  const file = join(folder, `${randomUUID()}.json`)
  const columns = {
    i: (_: Found, index: number): number => index,
    uri: (o: Found): string => o.uri,
    etag: (o: Found): string => o.etag,
  }
  await writeFile(file, columnLines(found, columns, lengthOf), { mode: 0o600 })
  const connection = await engine.connect()
  try {
    const result = await connection.run(
      `SELECT i FROM ${readColumnLines(file, ASKED)} AS f
       WHERE EXISTS (
         SELECT 1 FROM read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false, union_by_name = true) AS l
         WHERE l.uri = f.uri AND l.etag = f.etag AND l.state <> 'failed')`,
    )
    const known = new Set((await result.getRows()).map(([i]) => Number(i)))
    return found.filter((_, i) => !known.has(i))
  } finally {
    connection.closeSync()
  }
}

/** Writes rows of the ledger to a data file in `folder`. */
export async function encodeLedger(
  engine: DuckDbEngine,
  rows: readonly LedgerRow[],
  at: Date,
  folder: string,
) {
  const file = join(folder, `${randomUUID()}.json`)
  await writeFile(file, columnLines(rows, LEDGER, lengthOf), { mode: 0o600 })
  return encodeColumnLines(
    engine,
    file,
    INGEST_OBJECTS,
    { time: timestamp(at) },
    { folder, eventDay: dayOf(at) },
  )
}

/** What is looked for in the ledger. */
const ASKED: Parameters<typeof readColumnLines>[1] = [
  { name: 'i', type: 'int' },
  { name: 'uri', type: 'string' },
  { name: 'etag', type: 'string' },
]

/** The largest time that both JavaScript and the engine know, milliseconds; some disks hold larger ones. */
const LAST_DATE = 8.64e15

const LEDGER: Readonly<Record<string, (row: LedgerRow) => unknown>> = {
  uri: (r) => r.uri,
  etag: (r) => r.etag,
  size: (r) => r.size,
  modified: (r) => Math.max(-LAST_DATE, Math.min(LAST_DATE, r.modified)),
  format: (r) => r.format,
  rows: (r) => r.rows,
  rejected: (r) => r.rejected,
  duplicates: (r) => r.duplicates,
  batch: (r) => r.batch,
  state: (r) => r.state,
  error: (r) => r.error,
}

function lengthOf(row: Found | LedgerRow): number {
  return row.uri.length + ('error' in row ? (row.error?.length ?? 0) : 0)
}

export function timestamp(at: Date): string {
  return `TIMESTAMPTZ ${literal(at.toISOString())}`
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
