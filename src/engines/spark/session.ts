import type { QuerySession, ResultColumn } from '../engine.js'
import { type FileTarget, SparkConnectSession } from './connect/session.js'
import { taskError } from './external/task-error.js'
import type { SparkRaw } from './external/raw-table.js'
import type { Parameter } from './connect/parameters.js'
import { sessionSettings, type SparkS3 } from './settings.js'

export interface SparkSessionOptions {
  /** `sc://host:port/;token=…` */
  readonly url: string
  /** The most files that a table has: its log is read by as many tasks as that needs. */
  readonly files: number
  /** For a lake on S3. */
  readonly s3?: SparkS3
  /** Of the answer, as DuckDB names and types them. */
  readonly columns: readonly ResultColumn[]
  /** Tables over raw files that the statement reads. */
  readonly externals?: readonly SparkRaw[]
}

/** A session whose executors write files as well. */
export interface SparkSession extends QuerySession {
  /** Runs a query and writes its rows; Parquet holds times as microseconds in UTC. */
  write(sql: string, target: FileTarget, signal: AbortSignal): Promise<void>
}

/**
 * A session on a Spark Connect server that answers a statement of Spark's SQL. Every answer has the
 * given columns; values are as `engines/values.ts` has them. The signal ends the query on the cluster.
 * @throws HeadrigError `unavailable` without a server, `unauthenticated` for a wrong token
 * @example const session = await openSparkSession({ url, files: 1000, columns: [{ name: 'n', type: 'BIGINT' }] })
 */
export async function openSparkSession(options: SparkSessionOptions): Promise<SparkSession> {
  const spark = await SparkConnectSession.connect({ url: options.url, clientType: 'headrig' })
  try {
    const orders = (options.externals ?? []).flatMap((raw) => raw.orders)
    const tasks = Math.max(0, ...orders.map((o) => o.tasks.length))
    await spark.setConfig(sessionSettings(options.files, options.s3, tasks))
    for (const { name, tasks: rows } of orders) {
      await spark.createTempView(name, {
        columns: { task: 'string' },
        rows: rows.map((task) => [task]),
      })
    }
  } catch (error) {
    await spark.close()
    throw error
  }
  let open = true
  const program = options.externals?.find((raw) => raw.program)?.program
  // What a task says of a failure stands in Spark's words.
  const rethrow = (error: unknown): never => {
    throw taskError(error, program)
  }
  return {
    async query(sql, { params, signal } = {}) {
      const run = {
        ...(params ? { params: named(params) } : {}),
        ...(signal ? { signal } : {}),
      }
      const result = await spark.query(sql, run).catch(rethrow)
      return { columns: options.columns, batches: told(result.rows(), rethrow) }
    },
    explain: (sql, analyze, { params } = {}) =>
      spark.explain(sql, analyze ? 'cost' : 'formatted', params && named(params)),
    async write(sql, target, signal) {
      await spark.setConfig({ 'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS' })
      await spark.write(sql, target, { signal }).catch(rethrow)
    },
    async close() {
      if (!open) return
      open = false
      await spark.close()
    },
  }
}

async function* told<T>(
  batches: AsyncIterable<T>,
  rethrow: (error: unknown) => never,
): AsyncGenerator<T> {
  try {
    yield* batches
  } catch (error) {
    rethrow(error)
  }
}

/** `$1` is `:p1`. */
function named(params: readonly Parameter[]): Record<string, Parameter> {
  return Object.fromEntries(params.map((value, i) => [`p${i + 1}`, value]))
}
