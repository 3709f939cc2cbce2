import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import type { QueryOptions, QueryResult, ResultColumn } from '../engine.js'
import { queryError } from './query-error.js'
import { reader } from './values.js'

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
  return {
    columns: columnsOf(result),
    batches: batchesOf(connection, result, guarded),
  }
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  const types = result.columnTypes()
  return result.columnNames().map((name, i) => ({ name, type: String(types[i]) }))
}

async function* batchesOf(
  connection: DuckDBConnection,
  result: DuckDBResult,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<unknown[][]> {
  const readers = result.columnTypes().map(reader)
  let finished = false
  try {
    for (;;) {
      const chunk = await guarded(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) break
      const rows: unknown[][] = Array.from({ length: chunk.rowCount }, () => [])
      readers.forEach((read, c) => {
        const vector = chunk.getColumnVector(c)
        for (const [r, row] of rows.entries()) row.push(read(vector.getItem(r)))
      })
      yield rows
    }
    finished = true
  } finally {
    if (!finished) connection.interrupt()
  }
}
