import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDocumented } from '../../../test/support/documented-lake.js'
import { rowsOf, testContext } from '../../../test/support/lake.js'
import { sharedSpark } from '../../../test/support/spark.js'
import type { LakeContext } from '../context.js'
import { query } from '../query.js'
import { runScript } from './run-script.js'

const server = await sharedSpark()
const root = mkdtempSync(join(tmpdir(), 'headrig-script-spark-'))
let spark: LakeContext
let duckdb: LakeContext
beforeAll(async () => {
  const flags = { memory: '512MiB', threads: '2' }
  duckdb = await testContext(join(root, 'lake'), flags)
  spark = await testContext(join(root, 'lake'), {
    ...flags,
    engine: 'spark',
    sparkUrl: server?.url ?? '',
  })
  await addDocumented(duckdb)
})
afterAll(async () => {
  await spark?.close()
  await duckdb.close()
  rmSync(root, { recursive: true, force: true })
})

const QUERY = `SELECT event_name AS n, time AS t, event_day AS d, user_identity AS u, resources AS r,
  CASE WHEN event_name LIKE 'D%' THEN 'a,"b;' || chr(92) ELSE '' END AS s, error_code AS e,
  length(event_name) * 1.5 AS x, 9007199254740993 AS big, 1.50::DECIMAL(9,2) AS de, event_name = 'GetObject' AS b
  FROM aws_cloudtrail`
const ask = async (sql: string): Promise<unknown[][]> => rowsOf(await query({ sql }, duckdb))

describe.skipIf(!server)('a script on Spark', { timeout: 240_000 }, () => {
  const formats = [
    ['parquet', 'STORED AS PARQUET', 'STORED AS PARQUET'],
    ['json', 'STORED AS JSONFILE', 'STORED AS JSONFILE'],
    [
      'text',
      `ROW FORMAT DELIMITED FIELDS TERMINATED BY ';' ESCAPED BY '\\\\'`,
      `ROW FORMAT DELIMITED FIELDS TERMINATED BY ';' ESCAPED BY '\\\\'`,
    ],
  ] as const

  it.each(formats)('writes %s that reads back as what DuckDB wrote', async (name, stored, read) => {
    const nested = name === 'text' ? '' : ', u, r'
    const from = `SELECT n, t, d, s, e, x, big, de, b${nested} FROM (${QUERY}) AS q`
    for (const [engine, context] of [
      ['spark', spark],
      ['duckdb', duckdb],
    ] as const) {
      const text = `CREATE TABLE ${name}_${engine} ${stored} AS ${from};
        INSERT OVERWRITE DIRECTORY '${name}_${engine}' ${read} ${from}`
      await runScript({ text, cwd: root }, context)
    }
    const rows = (table: string) => ask(`SELECT * FROM ${table} ORDER BY t, n`)
    const made = await rows(`${name}_spark`)
    expect(made.length).toBe(6)
    expect(made).toEqual(await rows(`${name}_duckdb`))
    const declared = `n string, t timestamp, d date, s string, e string, x double, big bigint, de decimal(9,2), b boolean`
    for (const engine of ['spark', 'duckdb']) {
      await runScript(
        {
          text: `CREATE EXTERNAL TABLE dir_${name}_${engine} (${declared}) ${read} LOCATION '${name}_${engine}'`,
          cwd: root,
        },
        duckdb,
      )
    }
    const inFolder = await rows(`dir_${name}_spark`)
    expect(inFolder).toEqual(await rows(`dir_${name}_duckdb`))
    expect(inFolder).toEqual(made.map((row) => row.slice(0, 9)))
    const files = readdirSync(join(root, `${name}_spark`))
    expect(files.filter((f) => f.endsWith('.crc'))).toEqual([])
    for (const file of files) {
      expect(statSync(join(root, `${name}_spark`, file)).mode & 0o777).toBe(0o600)
    }
  })

  it('adds partitions, and reads its own tables on Spark', async () => {
    const rows: unknown[][] = []
    await runScript(
      {
        text: `CREATE TABLE p PARTITIONED BY (d) AS SELECT event_name AS n, event_day AS d FROM aws_cloudtrail;
          INSERT OVERWRITE TABLE p PARTITION (d) SELECT 'new', DATE '2024-01-16';
          INSERT INTO p PARTITION (d = '2024-01-17') SELECT 'static';
          SELECT d, count(*), max(n) FROM p GROUP BY 1 ORDER BY 1`,
        onAnswer: async (answer) => {
          rows.push(...(await rowsOf(answer)))
          return rows.length
        },
        cwd: root,
      },
      spark,
    )
    expect(rows).toEqual([
      ['2024-01-15', 3, 'GetObject'],
      ['2024-01-16', 1, 'new'],
      ['2024-01-17', 1, 'static'],
    ])
  })

  it('refuses text that could not be told apart, and leaves nothing', async () => {
    const text = `CREATE TABLE broken STORED AS TEXTFILE AS SELECT event_name || chr(10) AS n FROM aws_cloudtrail`
    await expect(runScript({ text, cwd: root }, spark)).rejects.toThrow('holds a line break')
    await expect(ask('FROM broken')).rejects.toMatchObject({ kind: 'invalid' })
    expect(readdirSync(join(root, 'lake/_tables/broken'))).toEqual([])
  })
})
