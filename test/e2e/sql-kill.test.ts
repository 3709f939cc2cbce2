import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LakeContext } from '../../src/app/context.js'
import { query } from '../../src/app/query.js'
import { readScriptFile } from '../../src/app/script/load-script.js'
import { recoverLocalDirectory } from '../../src/app/script/local-directory.js'
import { readManifest } from '../../src/app/script/manifest.js'
import { runScript } from '../../src/app/script/run-script.js'
import { openStore } from '../../src/storage/open.js'
import type { ByteStore } from '../../src/storage/store.js'
import { rowsOf, testContext } from '../support/lake.js'
import { type S3TestServer, startS3Server } from '../support/s3-server.js'

const SCRIPT = fileURLToPath(new URL('../support/sql-write.mjs', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'headrig-sql-kill-'))
const server = await startS3Server()
afterAll(async () => {
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly stderr: string
}

function write(job: object, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(job)], {
      env: { PATH: process.env['PATH'], HOME: root, ...env },
    })
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    child.stdout.resume()
    child.on('close', (code) => done({ code, stderr }))
  })
}

/** Kills a writer at its first operation, then one at its second, … until one is done. */
async function killedAtEach(
  start: (dieAt: number) => Promise<Ended>,
  check: (dieAt: number) => Promise<void>,
): Promise<number> {
  for (let dieAt = 1; ; dieAt++) {
    const { code, stderr } = await start(dieAt)
    if (code !== null) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return dieAt
    }
    await check(dieAt)
  }
}

const version = (n: number): string[] => [`${n}a`, `${n}b`]

describe('a folder that is replaced', () => {
  const target = join(root, 'local/out')
  const contents = (): string[] | undefined =>
    existsSync(target)
      ? readdirSync(target)
          .toSorted()
          .filter((name) => name !== '_SUCCESS')
          .map((name) => readFileSync(join(target, name), 'utf8'))
      : undefined

  /** But for the folder of a writer that was killed before it had made its mark: that goes later. */
  const leftovers = (): string[] =>
    readdirSync(join(root, 'local')).filter(
      (name) => name !== 'out' && existsSync(join(root, 'local', name, 'write.json')),
    )

  test('is the old one or the new one wherever the writer is killed', async () => {
    await write({ kind: 'local', target, files: version(0) })
    let last = 0
    let missing = 0
    const steps = await killedAtEach(
      (dieAt) => write({ kind: 'local', target, files: version(dieAt), dieAt }),
      async (dieAt) => {
        if (contents() === undefined) {
          missing++
          await recoverLocalDirectory(target)
        }
        const found = contents()
        expect([version(last), version(dieAt)], `killed at ${dieAt}`).toContainEqual(found)
        last = Number.parseInt(found?.[0] ?? '', 10)
      },
    )
    // Before the staging, in it, between the renames, and after them.
    expect(steps).toBeGreaterThan(12)
    expect(missing).toBe(1)
    expect(contents()).toEqual(version(steps))
    expect(leftovers()).toEqual([])
  }, 120_000)

  test('is one of the new ones when many replace it at once', async () => {
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => write({ kind: 'local', target, files: version(n) })),
    )
    expect(all).toEqual(all.map(() => ({ code: 0, stderr: '' })))
    expect([1, 2, 3, 4].map(version)).toContainEqual(contents())
    expect(leftovers()).toEqual([])
  }, 60_000)
})

describe.skipIf(!server)('objects that are replaced', () => {
  const s3 = server as S3TestServer
  const uri = 's3://results/day/out'
  const settings = { s3Endpoint: s3?.endpoint, s3Region: s3?.region, s3PathStyle: true }
  const env = { AWS_ACCESS_KEY_ID: s3?.accessKeyId, AWS_SECRET_ACCESS_KEY: s3?.secretAccessKey }
  const prefix = 'day/out/'
  let store: ByteStore
  beforeAll(async () => {
    Object.assign(process.env, env)
    await s3.createBucket('results')
    store = openStore('s3://results', { endpoint: s3.endpoint, region: s3.region, pathStyle: true })
  })
  const start = (files: string[], dieAt?: number): Promise<Ended> =>
    write({ kind: 'store', target: uri, files, settings, dieAt }, env)

  /** What `_SUCCESS` says is there. */
  async function committed(): Promise<string[]> {
    const manifest = await readManifest(store, prefix)
    const keys = manifest?.files.map((f) => `${prefix}${f.name}`) ?? []
    const all = await Promise.all(keys.map((key) => store.get(key)))
    return all.map((bytes) => Buffer.from(bytes).toString())
  }
  async function names(): Promise<string[]> {
    const found: string[] = []
    for await (const { key } of store.list(prefix)) found.push(key.slice(prefix.length))
    return found
  }

  test('are those of one write, by _SUCCESS, wherever the writer is killed', async () => {
    await start(version(0))
    let last = 0
    const steps = await killedAtEach(
      (dieAt) => start(version(dieAt), dieAt),
      async (dieAt) => {
        const found = await committed()
        expect([version(last), version(dieAt)], `killed at ${dieAt}`).toContainEqual(found)
        last = Number.parseInt(found[0] ?? '', 10)
      },
    )
    expect(steps).toBeGreaterThan(5)
    expect(await committed()).toEqual(version(steps))
    expect(await names()).toEqual(['_SUCCESS', expect.any(String), expect.any(String)])
  }, 120_000)

  test('hold what a script on a lake in a bucket writes', async () => {
    const flags = { s3Endpoint: s3.endpoint, s3Region: s3.region, s3PathStyle: 'true' }
    const context = await testContext('s3://results/lake', {
      ...flags,
      cacheFolder: join(root, 'c'),
    })
    const rows: unknown[][] = []
    const target = 's3://results/script/out'
    await store.put(
      'script/it.sql',
      Buffer.from(`CREATE TABLE t (n bigint) PARTITIONED BY (k string);
            INSERT INTO t SELECT range, CASE WHEN range < 5 THEN 'low' ELSE 'high' END FROM range(10);
            INSERT OVERWRITE TABLE t PARTITION (k) SELECT n * 10, k FROM t WHERE k = 'low';
            INSERT OVERWRITE DIRECTORY '${target}' STORED AS JSONFILE SELECT k, sum(n) AS s FROM t GROUP BY k;
            INSERT OVERWRITE DIRECTORY '${target}' STORED AS JSONFILE SELECT k, sum(n) AS s FROM t GROUP BY k;
            CREATE EXTERNAL TABLE back (k string, s bigint) STORED AS JSONFILE LOCATION '${target}';
            SELECT * FROM back ORDER BY k; DROP TABLE t`),
    )
    try {
      await runScript(
        {
          text: await readScriptFile('s3://results/script/it.sql', root, context),
          onAnswer: async (answer) => rows.push(...(await rowsOf(answer))),
        },
        context,
      )
    } finally {
      await context.close()
    }
    expect(rows).toEqual([
      ['high', 35],
      ['low', 100],
    ])
    const left: string[] = []
    for await (const { key } of store.list('lake/_tables/')) left.push(key)
    expect(left).toEqual([])
  }, 60_000)

  test('are those of one of many writers at once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map((n) => start(version(n))))
    expect(all).toEqual(all.map(() => ({ code: 0, stderr: '' })))
    expect([1, 2, 3, 4].map(version)).toContainEqual(await committed())
    expect((await names()).length).toBe(3)
  }, 60_000)
})

describe('a table that is written', () => {
  const lake = join(root, 'lake')
  let context: LakeContext
  beforeAll(async () => {
    context = await testContext(lake, { memory: '512MiB' })
  })
  afterAll(() => context.close())
  const folders = (): string[] => readdirSync(join(lake, '_tables/t'))

  test('has the rows of before or of after wherever the writer is killed', async () => {
    await runScript({ text: 'CREATE TABLE t (n int, a int)', cwd: root }, context)
    let last = 0
    const steps = await killedAtEach(
      (dieAt) =>
        write({
          kind: 'script',
          lake,
          target: root,
          dieAt,
          text: `INSERT OVERWRITE t SELECT ${dieAt}, range FROM range(3)`,
        }),
      async (dieAt) => {
        const answer = await query({ sql: 'SELECT n, count(*) FROM t GROUP BY n' }, context)
        const rows = await rowsOf(answer)
        expect([last === 0 ? [] : [[last, 3]], [[dieAt, 3]]]).toContainEqual(rows)
        last = Number(rows[0]?.[0] ?? 0)
      },
    )
    expect(steps).toBeGreaterThan(5)
    // What the killed ones left is gone or waits to go; the table's own rows are the rest.
    const left = folders().filter(
      (id) => !existsSync(join(lake, '_tables/t', id, '_headrig-retired.json')),
    )
    expect(left.length).toBe(1)
    expect(readdirSync(join(lake, '_tables/t', left[0]!)).filter((n) => n.startsWith('_'))).toEqual(
      [],
    )
  }, 180_000)
})
