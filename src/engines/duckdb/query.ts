import type { DuckDBConnection, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import type { QueryOptions, QueryResult } from '../engine.js'
import { queryError } from './query-error.js'
import { rowText } from './row-text.js'
import { reader } from './values.js'
import { brokeOff } from './whole-rows.js'

/**
 * Binds one statement; it runs when its rows are asked for, as values or as text, and then streams:
 * little is held in memory. The signal interrupts it and its reason is thrown. A failure is told as
 * `queryError` does. One query at a time per connection.
 * @example const { columns, batches } = await runQuery(connection, 'SELECT 1 AS one')
 */
export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  options: QueryOptions = {},
): Promise<QueryResult> {
  const { params, signal } = options
  const run: Run = { connection, sql, guarded: guard(connection, sql, signal), signal }
  if (params !== undefined) {
    const values = [...params] as DuckDBValue[]
    const result = await run.guarded(() => connection.stream(sql, values))
    return {
      columns: columnsOf(result.columnNames(), result.columnTypes()),
      batches: valuesOf(run, async () => result, values),
    }
  }
  const prepared = await run.guarded(() => connection.prepare(sql))
  const indices = Array.from({ length: prepared.columnCount }, (_, i) => i)
  const names = indices.map((i) => prepared.columnName(i))
  const types = indices.map((i) => prepared.columnType(i))
  return {
    columns: columnsOf(names, types),
    batches: valuesOf(run, () => run.guarded(() => prepared.stream())),
    lines(form) {
      const of = distinct(names).map((name, i) => ({ name, type: types[i] as DuckDBType }))
      const text = rowText(of, form)
      if (text === undefined) return undefined
      const before = `SELECT ${text} FROM (`
      const list = indices.map((i) => `c${i}`).join(', ')
      const guarded = guard(connection, sql, signal, Buffer.byteLength(before))
      return linesOf({ ...run, guarded }, `${before}${sql}\n) AS q(${list})`)
    },
  }
}

interface Run {
  readonly connection: DuckDBConnection
  readonly sql: string
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>
  readonly signal: AbortSignal | undefined
}

/** `shift`: bytes that run before `sql`, which errors are told about. */
function guard(
  connection: DuckDBConnection,
  sql: string,
  signal?: AbortSignal,
  shift = 0,
): Run['guarded'] {
  const at = (byte: number): number | undefined => (byte < shift ? undefined : byte - shift)
  return async (work) => {
    signal?.throwIfAborted()
    const interrupt = (): void => connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      throw queryError(error, sql, { at })
    } finally {
      signal?.removeEventListener('abort', interrupt)
    }
  }
}

function columnsOf(names: readonly string[], types: readonly DuckDBType[]): QueryResult['columns'] {
  return names.map((name, i) => ({ name, type: String(types[i]) }))
}

/** A second column of a name gets a number. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.map((name) => {
    let own = name
    for (let n = 1; seen.has(own.toLowerCase()); n++) own = `${name}_${n}`
    seen.add(own.toLowerCase())
    return own
  })
}

async function* valuesOf(
  run: Run,
  start: () => Promise<DuckDBResult>,
  values?: DuckDBValue[],
): AsyncGenerator<unknown[][]> {
  const result = await start()
  const readers = result.columnTypes().map(reader)
  for await (const chunk of chunksOf(run, result, values)) {
    const rows: unknown[][] = Array.from({ length: chunk.rowCount }, () => [])
    readers.forEach((read, c) => {
      const vector = chunk.getColumnVector(c)
      for (const [r, row] of rows.entries()) row.push(read(vector.getItem(r)))
    })
    yield rows
  }
}

async function* linesOf(run: Run, sql: string): AsyncGenerator<string[]> {
  const result = await run.guarded(() => run.connection.stream(sql))
  for await (const chunk of chunksOf(run, result)) {
    const vector = chunk.getColumnVector(0)
    yield Array.from({ length: chunk.rowCount }, (_, r) => String(vector.getItem(r)))
  }
}

async function* chunksOf(
  { connection, guarded, signal, sql }: Run,
  result: DuckDBResult,
  values?: DuckDBValue[],
): AsyncGenerator<NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>> {
  let finished = false
  try {
    for (;;) {
      const chunk = await guarded(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) break
      yield chunk
    }
    finished = true
    signal?.throwIfAborted()
    if (brokeOff(result)) throw await lostError(connection, guarded, sql, values)
  } finally {
    if (!finished) connection.interrupt()
  }
}

const AGAIN = 'EXPLAIN ANALYZE '

/**
 * What went wrong after the first rows. The client library ends such a stream as if it were complete
 * and keeps the error to itself, so the query runs once more, without giving rows, to hear it.
 */
async function lostError(
  connection: DuckDBConnection,
  guarded: Run['guarded'],
  sql: string,
  values?: DuckDBValue[],
): Promise<unknown> {
  try {
    await guarded(() => connection.run(`${AGAIN}${sql}`, values))
  } catch (error) {
    if (!(error instanceof HeadrigError)) return error
    return queryError(error.cause, sql, { at: (byte) => byte - AGAIN.length })
  }
  return new HeadrigError('unavailable', 'the query broke off before its last row: run it again', {
    details: { sql },
  })
}
