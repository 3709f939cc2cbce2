import { HeadrigError } from '../core/errors.js'
import { TOP_TALKERS_VIEW } from '../detect/analytics/top-talkers.js'
import type { MountedView } from '../engines/duckdb/mount.js'
import type { DuckDbOptions } from '../engines/duckdb/open.js'
import type { QueryOptions as EngineQueryOptions, QueryResult } from '../engines/engine.js'
import type { Dialect } from '../sql/dialects.js'
import type { LakeContext } from './context.js'
import type { ExternalIo } from './external/mount.js'
import type { AsOf, LakeTable } from './lake-tables.js'
import type { TableIo } from './prune.js'

export interface QueryOptions {
  readonly sql: string
  /** What the query is written in; default `duckdb`. */
  readonly dialect?: Dialect
  readonly asOf?: AsOf
  /** Say what would be read, and the plan, one line a row, instead of answering. */
  readonly explain?: boolean
  /** Bound to `$1`, `$2`, …; never spliced into the text. */
  readonly params?: EngineQueryOptions['params']
  /** Where a relative `LOCATION` of an external table starts; default: the process's folder. */
  readonly cwd?: string
}

export interface QueryAnswer extends QueryResult {
  readonly io: { readonly tables: readonly TableIo[]; readonly externals: readonly ExternalIo[] }
  /** Ends the query; done by itself when the batches end. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** Tells an error of translated SQL with both texts. */
export async function told<T>(work: Promise<T>, text: string, sql: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (sql === text || !(error instanceof HeadrigError)) throw error
    const { kind, details } = error
    const message = details['position']
      ? `${error.message}\n(the place is in the query as it was translated for DuckDB)`
      : error.message
    throw new HeadrigError(kind, message, {
      cause: error,
      details: { ...details, sql: text, translated: sql },
    })
  }
}

/** The product's views over what the lake has. */
export function viewsOver(tables: readonly LakeTable[]): MountedView[] {
  return tables.some((t) => t.name === 'aws_vpc_flow') ? [TOP_TALKERS_VIEW] : []
}

/** What this process itself may take of the memory that the user allows. */
const OWN_MEMORY = 192 * 2 ** 20

/** How much of this machine an embedded engine may take. */
export function sessionOptions({ settings, spillFolder }: LakeContext): DuckDbOptions {
  return {
    memoryLimitBytes: Math.max(settings.memory - OWN_MEMORY, settings.memory / 2),
    threads: settings.threads,
    tempFolder: spillFolder,
  }
}

/** Closes at the end of the batches, or when their reader leaves. */
export async function* closing<T>(
  batches: AsyncIterable<T>,
  close: () => Promise<void>,
): AsyncGenerator<T> {
  try {
    yield* batches
  } finally {
    await close()
  }
}
