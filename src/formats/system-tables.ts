import type { TableColumn } from './table-schema.js'

const column = (
  name: string,
  type: TableColumn['type'],
  doc: string,
  hot = false,
): TableColumn => ({
  name,
  type,
  doc,
  hot,
})

/** The ledger: one row for each version of each source object that was dealt with. */
export const INGEST_OBJECTS: readonly TableColumn[] = [
  column('time', 'timestamp', 'When the object was dealt with.', true),
  column('event_day', 'date', 'The partition: the UTC day of `time`.'),
  column('uri', 'string', 'The object.', true),
  column('etag', 'string', 'The version of its content; a new one is collected again.'),
  column('size', 'long', 'Its size in bytes, as stored.'),
  column('modified', 'timestamp', 'When it was last modified.'),
  column('format', 'string', 'The log type that was detected or asked for; null when none fitted.'),
  column('rows', 'long', 'Records added to the lake.'),
  column('rejected', 'long', 'Records that could not be read: each is a row of ingest_rejects.'),
  column('duplicates', 'long', 'Records left out because an equal one was there.'),
  column('batch', 'string', 'The batch that dealt with it: lane and number.'),
  column('state', 'string', 'done; skipped (known, and no log); failed (see error).'),
  column('error', 'string', 'Why it was skipped or failed, and what to do.'),
]

/** What could not be read. */
export const INGEST_REJECTS: readonly TableColumn[] = [
  column('time', 'timestamp', 'When it was rejected.', true),
  column('event_day', 'date', 'The partition: the UTC day of `time`.'),
  column('format', 'string', 'The log type it was read as.'),
  column('source_object', 'string', 'The object it was in.', true),
  column(
    'source_row',
    'long',
    'The record within the object, from 1; 0 for the object as a whole.',
  ),
  column('reason', 'string', 'What is wrong with it.'),
  column('raw', 'string', 'The raw text, cut at 64 KiB.'),
]

/** Tables of the product itself. */
export const SYSTEM_TABLES = {
  ingest_objects: INGEST_OBJECTS,
  ingest_rejects: INGEST_REJECTS,
} as const
