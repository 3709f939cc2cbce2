import { resolve } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { literal } from '../../sql/text.js'
import type { LakeContext } from '../context.js'
import { openQuery, type QueryOptions } from '../query.js'
import { writeWhole } from './write-out.js'

/**
 * Writes the answer to a Parquet file (zstd), with the engine's own types; the file appears once it is
 * complete. Returns the number of rows. Throws as `query` does.
 * @example await queryToParquet({ sql: 'FROM aws_vpc_flow' }, 'flows.parquet', context)
 */
export async function queryToParquet(
  options: QueryOptions,
  path: string,
  context: LakeContext,
): Promise<number> {
  if (context.settings.engine === 'spark') {
    throw new HeadrigError(
      'invalid',
      'parquet is written by duckdb: use --engine duckdb, or another --format',
    )
  }
  let rows = 0
  await writeWhole(resolve(path), async (temp) => {
    const { planned, session, run, close } = await openQuery(options, context, temp)
    try {
      const { batches } = await session.query(
        `COPY (FROM (${planned.sql}\n)) TO ${literal(temp)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
        run,
      )
      for await (const [row] of batches) rows = Number(row?.[0])
    } finally {
      await close()
    }
  })
  return rows
}
