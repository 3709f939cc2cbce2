import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorKind } from '../core/errors.js'
import { encodeJsonLines } from '../engines/duckdb/encode.js'
import type { DuckDbEngine } from '../engines/duckdb/open.js'
import { INGEST_OBJECTS } from '../formats/system-tables.js'
import { literal } from '../sql/text.js'
import type { Found } from './discover.js'

/** A row of `ingest_objects`. */
export interface LedgerRow {
  readonly uri: string
  readonly etag: string
  readonly size: number
  readonly modified: string
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
  await writeFile(
    file,
    found.map((o, i) => JSON.stringify({ i, uri: o.uri, etag: o.etag })).join('\n'),
    { mode: 0o600 },
  )
  const connection = await engine.connect()
  try {
    const result = await connection.run(
      `SELECT i FROM read_json(${literal(file)}, format = 'newline_delimited', columns = {i: 'INTEGER', uri: 'VARCHAR', etag: 'VARCHAR'}) AS f
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
  await writeFile(
    file,
    rows.map((row) => JSON.stringify({ ...row, failure: undefined })).join('\n'),
    {
      mode: 0o600,
    },
  )
  return encodeJsonLines(
    engine,
    [file],
    INGEST_OBJECTS,
    { time: timestamp(at) },
    { folder, eventDay: dayOf(at) },
  )
}

export function timestamp(at: Date): string {
  return `TIMESTAMPTZ ${literal(at.toISOString())}`
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
