import { expect } from 'vitest'
import { type LakeContext } from '../../src/app/context.js'
import { query, type QueryOptions } from '../../src/app/query.js'
import { HeadrigError } from '../../src/core/errors.js'
import { rowsOf, testContext } from './lake.js'

/** What an engine made of a query. */
export interface Answer {
  readonly columns?: readonly unknown[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly error?: HeadrigError
}

/** One lake, asked through two engines. */
export interface Pair {
  readonly duckdb: LakeContext
  readonly spark: LakeContext
  close(): Promise<void>
}

/** Opens a lake for both engines. */
export async function openPair(
  lake: string,
  sparkUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const flags = { memory: '512MiB', threads: '2', ...more }
  const duckdb = await testContext(lake, { ...flags, engine: 'duckdb' })
  const spark = await testContext(lake, { ...flags, engine: 'spark', sparkUrl })
  return {
    duckdb,
    spark,
    async close() {
      await duckdb.close()
      await spark.close()
    },
  }
}

export async function answerOf(options: QueryOptions, context: LakeContext): Promise<Answer> {
  try {
    const answer = await query(options, context)
    return { columns: answer.columns, rows: await rowsOf(answer) }
  } catch (error) {
    if (error instanceof HeadrigError) return { error }
    throw error
  }
}

/**
 * Holds the engines to the same columns and rows: in the same order when `ordered`, floats within 1e-9.
 * Returns the rows.
 */
export async function agree(
  options: QueryOptions,
  { duckdb, spark }: Pair,
  ordered = /\border by\b/i.test(options.sql),
): Promise<readonly (readonly unknown[])[]> {
  const [one, other] = await Promise.all([answerOf(options, duckdb), answerOf(options, spark)])
  expect(one.error, `duckdb: ${options.sql}`).toBeUndefined()
  expect(other.error, `spark: ${options.sql}`).toBeUndefined()
  expect(other.columns).toEqual(one.columns)
  expect(difference(one.rows ?? [], other.rows ?? [], ordered), options.sql).toBe('')
  return one.rows ?? []
}

/** The first rows that differ, as text; empty when there are none. */
export function difference(
  one: readonly (readonly unknown[])[],
  other: readonly (readonly unknown[])[],
  ordered: boolean,
): string {
  if (one.length !== other.length) return `${one.length} rows and ${other.length}`
  const text = (row: readonly unknown[]): string => JSON.stringify(row, rounded)
  const sort = (rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] =>
    ordered ? rows : rows.toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
  const right = sort(other)
  for (const [i, row] of sort(one).entries()) {
    if (!near(row, right[i])) return `${JSON.stringify(row)} and ${JSON.stringify(right[i])}`
  }
  return ''
}

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value

function near(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => near(item, b[i]))
  }
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const [left, right] = [Object.entries(a), Object.entries(b)]
    return (
      left.length === right.length &&
      left.every(([key, value]) => near(value, (b as Record<string, unknown>)[key]))
    )
  }
  return Object.is(a, b)
}
