import { mkdir } from 'node:fs/promises'
import type { DuckDBConnection, DuckDBInstance as Instance } from '@duckdb/node-api'
import { HeadrigError, messageOf } from '../../core/errors.js'
import { DuckDBInstance } from './node-api.js'

export interface DuckDbOptions {
  /** What DuckDB's buffers may hold before work spills to `tempFolder`. */
  readonly memoryLimitBytes: number
  readonly threads: number
  /** Where work that exceeds memory spills to; made at need. */
  readonly tempFolder: string
  /** The most that may be spilled; default: what the disk has. */
  readonly tempLimitBytes?: number
}

/** An embedded DuckDB: in memory, in UTC, without extensions beyond those built in. */
export interface DuckDbEngine {
  readonly instance: Instance
  readonly options: DuckDbOptions
  /** A new connection; the caller closes it. */
  connect(): Promise<DuckDBConnection>
  /** Stops the engine; running queries end with an error. Safe to call twice. */
  close(): void
}

/**
 * Starts an embedded DuckDB (about 10 ms). Extensions are neither installed nor loaded; every
 * connection is in UTC. Throws `invalid` for options that DuckDB refuses.
 * @example const engine = await openDuckDb({ memoryLimitBytes: 2 ** 30, threads: 2, tempFolder: '/tmp/x' })
 */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDbEngine> {
  const instance = await start(options)
  let open = true
  return {
    instance,
    options,
    connect: () => instance.connect(),
    close() {
      if (open) instance.closeSync()
      open = false
    },
  }
}

async function start(options: DuckDbOptions): Promise<Instance> {
  await mkdir(options.tempFolder, { recursive: true, mode: 0o700 })
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.max(1, Math.floor(options.memoryLimitBytes / 1024))}KiB`,
      threads: String(Math.max(1, Math.floor(options.threads))),
      temp_directory: options.tempFolder,
      ...(options.tempLimitBytes === undefined
        ? {}
        : { max_temp_directory_size: `${Math.floor(options.tempLimitBytes / 1024)}KiB` }),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    })
    const connection = await instance.connect()
    try {
      await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
    } finally {
      connection.closeSync()
    }
    return instance
  } catch (error) {
    throw new HeadrigError('invalid', `cannot start duckdb: ${messageOf(error)}`, { cause: error })
  }
}
