import { join } from 'node:path'
import { expect } from 'vitest'
import type { LakeContext } from '../../src/app/context.js'
import { type QueryOptions } from '../../src/app/query.js'
import { answerOf, difference, openPair } from './conformance.js'
import { sharedSpark } from './spark.js'

/** A lake whose every query is asked of DuckDB and of Spark. */
export interface BothEngines {
  /** With DuckDB. */
  readonly context: LakeContext
  /** The rows, the same from both; an error, of the same kind from both, is thrown. */
  run(options: QueryOptions): Promise<unknown[][]>
  close(): Promise<void>
}

const server = await sharedSpark()

/** For a test that asks Spark: a cold server takes its time. */
export const SPARK_MS = 120_000

/** Statements that change the catalog run once; without Spark here only DuckDB is asked. */
export async function openBoth(root: string): Promise<BothEngines> {
  const pair = await openPair(join(root, 'lake'), server?.url ?? 'sc://127.0.0.1:9')
  const { duckdb, spark } = pair
  return {
    context: duckdb,
    close: () => pair.close(),
    async run(options) {
      const { rows = [], error } = await answerOf(options, duckdb)
      if (server && /^\s*(?:select|with|from)\b/i.test(options.sql)) {
        const other = await answerOf(options, spark)
        expect(other.error?.kind, other.error?.message).toBe(error?.kind)
        const ordered = /\border by\b/i.test(options.sql)
        expect(difference(rows, other.rows ?? [], ordered), options.sql).toBe('')
      }
      if (error) throw error
      return rows.map((row) => [...row])
    },
  }
}
