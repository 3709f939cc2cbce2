// Raw files on executors whose tasks fail, are killed and are cancelled; and the page of the documents.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LakeContext } from '../../src/app/context.js'
import { query } from '../../src/app/query.js'
import { answerOf, openPair, type Pair } from '../support/conformance.js'
import { docBlocks, printsAsSaid } from '../support/doc-blocks.js'
import { rowsOf } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { startSpark } from '../support/spark.js'
import { writeFlakyNode } from '../support/spark-collect.js'

const server = existsSync(BINARY) ? await startSpark({ master: 'local[2,4]' }) : undefined
const root = mkdtempSync(join(tmpdir(), 'headrig-external-tasks-'))
let pair: Pair

/** Spark with other settings. */
const spark = (more: Partial<LakeContext['settings']>): LakeContext => ({
  ...pair.spark,
  settings: { ...pair.spark.settings, ...more },
})

beforeAll(async () => {
  if (!server) return
  for (const folder of ['good', 'bad', 'big']) mkdirSync(join(root, folder))
  for (const n of [1, 2, 3])
    writeFileSync(join(root, `good/${n}.json`), `{"a":${n}}\n{"a":${n}0}\n`)
  writeFileSync(join(root, 'bad/x.json'), '{"a":1}\n{"a":\n')
  const line = `${JSON.stringify({ a: 1, b: 'x'.repeat(200) })}\n`
  writeFileSync(join(root, 'big/x.json'), line.repeat(200_000))
  pair = await openPair(join(root, 'lake'), server.url, { sparkTaskSize: '40KiB' })
  for (const name of ['good', 'bad', 'big']) {
    const sql = `CREATE EXTERNAL TABLE ${name} (a int, b string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION '${join(root, name)}'`
    await answerOf({ sql }, pair.duckdb)
  }
}, 120_000)
afterAll(async () => {
  await pair?.close()
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

describe.skipIf(!server)('tasks over raw files', { timeout: 120_000 }, () => {
  test('one that is killed after its rows is run again, and its rows count once', async () => {
    const sparkNode = await writeFlakyNode(join(root, 'node'))
    const { rows, error } = await answerOf(
      { sql: 'SELECT a FROM good ORDER BY a' },
      spark({ sparkNode }),
    )
    expect(error).toBeUndefined()
    expect(rows?.flat()).toEqual([1, 2, 3, 10, 20, 30])
    expect(existsSync(`${sparkNode}.died`)).toBe(true)
  })

  test('what ends a query is told as DuckDB tells it, though tasks are tried again', async () => {
    const sql = 'SELECT a FROM bad'
    const [one, other] = [await answerOf({ sql }, pair.duckdb), await answerOf({ sql }, pair.spark)]
    expect(other.error).toMatchObject({ kind: 'invalid' })
    const words = /table bad: a line of .*bad\/x\.json is no JSON/
    expect(other.error?.message).toMatch(words)
    expect(one.error?.message).toMatch(words)
  })

  test.each([{ sparkNode: '/no/node' }, { sparkApp: '/no/app' }])(
    'a program that the nodes lack is named: %j',
    async (more) => {
      const { error } = await answerOf({ sql: 'SELECT a FROM good' }, spark(more))
      expect(error).toMatchObject({
        kind: 'invalid',
        message: expect.stringMatching(/executors cannot run .*\/no\/.*spark\.node and spark\.app/),
      })
    },
  )

  test('a query that is cancelled ends with its reason', async () => {
    const abort = new AbortController()
    const sql = 'SELECT max(length(x.b || y.b)) FROM big x JOIN big y USING (a)'
    const asked = query({ sql }, { ...pair.spark, signal: abort.signal }).then(rowsOf)
    const ended = asked.catch((error: unknown) => error)
    await setTimeout(2000)
    const reason = new Error('enough')
    abort.abort(reason)
    expect(await ended).toBe(reason)
  })

  test('the page of the documents prints the same on Spark', async () => {
    const demo = spawnSync(process.execPath, [BINARY, 'demo', '-q'], { cwd: root })
    expect(demo.status).toBe(0)
    const env = {
      ...process.env,
      HEADRIG_ENGINE: 'spark',
      HEADRIG_SPARK_URL: `sc://${server!.host}:${server!.port}`,
      HEADRIG_SPARK_TOKEN: server!.token,
    }
    const blocks = docBlocks(readFileSync('docs/external-tables.md', 'utf8'))
    expect(blocks.length).toBeGreaterThan(2)
    const exports: string[] = []
    for (const { line, script, output } of blocks) {
      const head = `headrig() { "${process.execPath}" "${BINARY}" "$@"; }`
      const run = spawn('bash', ['-euo', 'pipefail', '-c', [head, ...exports, script].join('\n')], {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [stdout, stderr, [status]] = await Promise.all([
        text(run.stdout),
        text(run.stderr),
        once(run, 'close') as Promise<[number | null]>,
      ])
      expect({ line, failed: status === 0 ? '' : stderr }).toEqual({ line, failed: '' })
      if (output !== undefined && !printsAsSaid(output, stdout)) expect(stdout).toBe(output)
      exports.push(...script.split('\n').filter((l) => l.startsWith('export ')))
    }
  })
})
