import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'
import { HeadrigError, messageOf } from '../core/errors.js'
import { BodyCache } from './body-cache.js'
import { Collection } from './collection.js'

/** What the server knows beside its lakes: clusters, steps, keys, tokens. One file, one process. */
export interface State {
  /** Documents of one kind: `emr.cluster`. */
  collection<T>(kind: string): Collection<T>
  /**
   * All of `work` or nothing: what throws leaves no trace. It must not wait for anything.
   * When this returns, it survives kill -9 and a power cut.
   */
  transaction<R>(work: () => R): R
  /** Another number when another process wrote since. */
  version(): number
  close(): void
}

export interface StateOptions {
  /** Several processes may have it open; each waits for the others' writes. Default: one process. */
  readonly shared?: boolean
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS docs (
  kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS docs_by_parent ON docs (kind, parent, position)`
/** Of the layout above; a file of a later one is refused. */
const VERSION = 1
/** For the writes of others, where a file is shared. */
const WAIT_MS = 10_000

/**
 * Opens the state of a server, or makes it; only its owner can read the file.
 * @throws HeadrigError `unavailable` for a file that is damaged, or that another process has open
 * @example const state = openState('/var/lib/headrig/state.db')
 */
export function openState(path: string, { shared = false }: StateOptions = {}): State {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const unlock = shared ? () => undefined : lock(`${path}.lock`)
    const db = open(path, shared ? WAIT_MS : 0)
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    migrate(db, path)
    const cache = shared ? undefined : new BodyCache()
    const version = db.prepare('PRAGMA data_version')
    return {
      collection: <T>(kind: string) => new Collection<T>(db, kind, cache),
      transaction(work) {
        if (db.inTransaction) return work()
        try {
          return db.transaction(work)()
        } catch (error) {
          cache?.clear()
          throw error
        }
      },
      version: () => (version.get() as { readonly data_version: number }).data_version,
      close() {
        db.close()
        unlock()
      },
    }
  } catch (error) {
    if (error instanceof HeadrigError) throw error
    throw new HeadrigError(
      'unavailable',
      `no state at ${path}: ${messageOf(error)}; if another headrig serve uses it, stop that or give --data another folder`,
      { cause: error },
    )
  }
}

/** One process: a second server on the same state would run every step twice. It ends with the process. */
function lock(path: string): () => void {
  const db = open(path, 0)
  db.exec('BEGIN EXCLUSIVE')
  return () => {
    // Closing waits until the connection's statements are collected.
    db.exec('ROLLBACK')
    db.close()
  }
}

function open(path: string, timeout: number): Database.Database {
  const db = new Database(path, { timeout })
  chmodSync(path, 0o600)
  return db
}

function migrate(db: Database.Database, path: string): void {
  const [row] = db.pragma('user_version') as readonly { readonly user_version: number }[]
  const version = row?.user_version ?? 0
  if (version > VERSION)
    throw new HeadrigError(
      'unavailable',
      `the state at ${path} was written by a later headrig (layout ${version}): use that one`,
    )
  db.exec(SCHEMA)
  db.exec(`PRAGMA user_version = ${VERSION}`)
}
