import type { LedgerRow } from '../../collect/ledger.js'
import type { ErrorKind } from '../../core/errors.js'

export interface TableSummary {
  rows: number
  rejected: number
  duplicates: number
  objects: number
}

/** What was collected; counts of objects and records, `bytes` as stored. */
export interface CollectSummary {
  objects: number
  rows: number
  rejected: number
  duplicates: number
  /** Objects that are known and no logs. */
  skipped: number
  /** Objects that could not be had: tried again next time. */
  failed: number
  /** Objects of which not one record could be read: damaged, or of no log type. */
  unreadable: number
  /** Objects that were collected before. */
  unchanged: number
  /** LIST requests that discovery made. */
  lists: number
  bytes: number
  tables: Record<string, TableSummary>
  seconds: number
  /** The first twenty. */
  failures: { uri: string; error: string; kind: ErrorKind }[]
  /** With `dryRun`: the objects that would be collected, the first hundred. */
  plan?: { uri: string; size: number }[]
}

/** Before anything was collected. */
export function emptySummary(): CollectSummary {
  return {
    objects: 0,
    rows: 0,
    rejected: 0,
    duplicates: 0,
    skipped: 0,
    failed: 0,
    unreadable: 0,
    unchanged: 0,
    lists: 0,
    bytes: 0,
    tables: {},
    seconds: 0,
    failures: [],
  }
}

/** Counts what became of the objects of a batch. */
export function addToSummary(summary: CollectSummary, rows: readonly LedgerRow[]): void {
  for (const row of rows) {
    summary.objects++
    summary.bytes += row.size
    summary.rows += row.rows
    summary.rejected += row.rejected
    summary.duplicates += row.duplicates
    if (row.state === 'skipped') summary.skipped++
    const unreadable = row.state === 'done' && row.rejected > 0 && row.rows + row.duplicates === 0
    if (row.state === 'failed') summary.failed++
    if (unreadable) summary.unreadable++
    if ((unreadable || row.state === 'failed') && summary.failures.length < 20) {
      summary.failures.push({
        uri: row.uri,
        error: row.error ?? 'no record of it could be read: see ingest_rejects',
        kind: row.failure ?? 'invalid',
      })
    }
    if (row.format === null || row.state !== 'done') continue
    const table = (summary.tables[row.format] ??= {
      rows: 0,
      rejected: 0,
      duplicates: 0,
      objects: 0,
    })
    table.rows += row.rows
    table.rejected += row.rejected
    table.duplicates += row.duplicates
    table.objects++
  }
}
