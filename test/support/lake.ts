import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type LakeContext, openContext } from '../../src/app/context.js'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { silentProgress } from '../../src/core/progress.js'
import { fileStats } from '../../src/engines/duckdb/file-stats.js'
import type { TableColumn } from '../../src/formats/table-schema.js'
import { addAction } from '../../src/lake/add-file.js'
import { createTableActions } from '../../src/lake/create.js'
import { evolve } from '../../src/lake/evolve.js'

/** A context over a lake with default settings but for these flags and the front; the caller closes it. */
export async function testContext(
  lake: string,
  flags: Readonly<Record<string, string>> = {},
  effects: Partial<LakeContext> = {},
): Promise<LakeContext> {
  const front = process.env['HEADRIG_FRONT']
  const env = front === undefined ? {} : { HEADRIG_FRONT: front }
  const { settings } = await loadConfig({ flags: { lake, ...flags }, env, cwd: '/nowhere' })
  return openContext(settings, {
    logger: silentLogger,
    progress: silentProgress,
    signal: new AbortController().signal,
    ...effects,
  })
}

export interface TestRows {
  readonly table: string
  readonly columns: readonly TableColumn[]
  readonly day: string | null
  /** A SELECT in DuckDB's dialect; a column that it lacks is left out of the file. */
  readonly select: string
}

/** Adds a data file to a table, which is made or widened at need. Commits with real statistics. */
export async function addRows(context: LakeContext, rows: TestRows): Promise<void> {
  const engine = await context.engine()
  const connection = await engine.connect()
  const path = `event_day=${rows.day ?? '__HIVE_DEFAULT_PARTITION__'}/part-${randomUUID()}.zstd.parquet`
  const local = join(context.spillFolder, `${randomUUID()}.parquet`)
  const result = await connection.runAndReadAll(
    `COPY (${rows.select}) TO '${local}' (FORMAT parquet, RETURN_STATS)`,
  )
  const [row] = result.getRowObjectsJson()
  connection.closeSync()
  const size = statSync(local).size
  const stats = fileStats(rows.columns, Number(row?.['count']), row?.['column_statistics'])
  const table = context.lake.table(rows.table)
  await context.store.putFile(`${table.prefix}${path}`, local)
  await table.commit({
    operation: 'WRITE',
    build: async (snapshot) => {
      const wider = snapshot && evolve(snapshot, rows.columns)
      const partitionValues = { event_day: rows.day }
      return [
        ...(snapshot ? [] : createTableActions(rows.columns, ['event_day'])),
        ...(wider ? [wider] : []),
        addAction({ path, size, stats, partitionValues }),
      ]
    },
  })
}

/** All rows of an answer. */
export async function rowsOf(answer: {
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>
}): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of answer.batches) for (const row of batch) rows.push([...row])
  return rows
}
