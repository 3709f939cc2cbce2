import { type DuckDBConnection, type DuckDBResult, type DuckDBValue } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import type { QueryOptions, QueryResult, ResultColumn } from '../engine.js'
import { queryError } from './query-error.js'
import { chunkReader } from './values.js'
import { brokeOff } from './whole-rows.js'

/**
 * Runs one statement and streams its rows; little is held in memory. The signal interrupts it and
 * its reason is thrown. A failure is told as `queryError` does. One query at a time per connection.
 * @example const { columns, batches } = await runQuery(connection, 'SELECT 1 AS one')
 */
export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  options: QueryOptions = {},
): Promise<QueryResult> {
  const { signal } = options
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted()
    const interrupt = (): void => connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      throw queryError(error, sql)
    } finally {
      signal?.removeEventListener('abort', interrupt)
    }
  }
  const values = options.params === undefined ? undefined : ([...options.params] as DuckDBValue[])
  const result = await guarded(() => connection.stream(sql, values))
  const check = async (): Promise<void> => {
    signal?.throwIfAborted()
    if (!brokeOff(result)) return
    throw await lostError(() => guarded(() => connection.run(`${AGAIN}${sql}`, values)), sql)
  }
  return {
    columns: columnsOf(result),
    batches: batchesOf(connection, result, guarded, check),
  }
}

const AGAIN = 'EXPLAIN ANALYZE '

/**
 * What went wrong after the first rows. The client library ends such a stream as if it were complete
 * and keeps the error to itself, so the query runs once more, without giving rows, to hear it.
 */
async function lostError(again: () => Promise<unknown>, sql: string): Promise<unknown> {
  try {
    await again()
  } catch (error) {
    if (!(error instanceof HeadrigError)) return error
    return queryError(error.cause, sql, { at: (byte) => byte - AGAIN.length })
  }
  return new HeadrigError('unavailable', 'the query broke off before its last row: run it again', {
    details: { sql },
  })
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  const types = result.columnTypes()
  return result.columnNames().map((name, i) => ({ name, type: String(types[i]) }))
}

async function* batchesOf(
  connection: DuckDBConnection,
  result: DuckDBResult,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
  check: () => Promise<void>,
): AsyncGenerator<unknown[][]> {
  const readers = result.columnTypes().map(chunkReader)
  let finished = false
  try {
    for (;;) {
      const chunk = await guarded(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) break
      const { rowCount } = chunk
      const columns = readers.map((read, c) => read(chunk, c))
      const rows: unknown[][] = []
      for (let r = 0; r < rowCount; r++) {
        const row: unknown[] = []
        for (const column of columns) row.push(column[r])
        rows.push(row)
      }
      yield rows
    }
    finished = true
    await check()
  } finally {
    if (!finished) connection.interrupt()
  }
}
