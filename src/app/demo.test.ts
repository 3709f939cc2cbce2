import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsOf, testContext } from '../../test/support/lake.js'
import { demo } from './demo.js'
import { DEMO_SIZE } from './demo/write-logs.js'
import { hadoopLines, topTalkers } from './top-talkers.js'

const SIZE = { ...DEMO_SIZE, events: 3000, flows: 10_000 }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-demo-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function run(root: string): Promise<Record<string, unknown[]>> {
  const context = await testContext(join(root, 'lake'))
  const seen: Record<string, unknown[]> = { answer: [] }
  try {
    for await (const step of demo({ folder: root, size: SIZE }, context)) {
      if (step.kind === 'answer') seen['answer']?.push(await rowsOf(step.answer))
      else if (step.kind === 'logs') seen['logs'] = [step.logs]
      else if (step.kind === 'collected') seen['collected'] = [step.summary]
      else seen['next'] = [...step.commands]
    }
  } finally {
    await context.close()
  }
  return seen
}

test('the answers are the incidents, and a second run adds nothing', async () => {
  const root = join(folder, 'demo')
  const first = await run(root)
  const [opened, deleted, talkers] = first['answer'] as unknown[][][]
  expect(opened?.map((r) => [r[1], r[3], r[5]])).toEqual([
    ['arn:aws:iam::111122223333:user/ci-deploy', '198.51.100.77', '22'],
  ])
  expect(deleted?.map((r) => [r[1], r[3], r[4]])).toEqual([
    ['arn:aws:iam::444455556666:user/backup-svc', 'example-4444-backup', 180],
  ])
  expect(talkers?.[0]?.slice(0, 4)).toEqual(['198.51.100.77', expect.any(String), 22, 4000])
  expect(first['next']?.join('\n')).toContain(`--lake ${root}/lake`)
  const logs = first['logs']?.[0] as { events: number; flows: number }
  expect(first['collected']?.[0]).toMatchObject({
    rows: logs.events + logs.flows,
    rejected: 0,
    failed: 0,
  })

  const second = await run(root)
  expect(second['collected']?.[0]).toMatchObject({ rows: 0, unchanged: expect.any(Number) })
  expect(second['answer']).toEqual(first['answer'])
}, 60_000)

test('top talkers of the lake are what the streaming job counts in the raw lines', async () => {
  const root = join(folder, 'demo')
  const context = await testContext(join(root, 'lake'))
  let ours = ''
  for await (const lines of hadoopLines(await topTalkers({}, context))) ours += lines
  await context.close()
  expect(ours.trimEnd().split('\n').toSorted()).toEqual((await streamingJob(root)).toSorted())
  const counts = ours
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split('\t')[1]))
  expect(counts).toEqual(counts.toSorted((a, b) => b - a))
}, 60_000)

/** The two steps as published: a mapper that counts, a filter on the port. */
async function streamingJob(root: string): Promise<string[]> {
  const counts = new Map<string, number>()
  const entries = await readdir(join(root, 'logs'), { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((e) => e.name.endsWith('.log.gz'))) {
    const text = gunzipSync(await readFile(join(entry.parentPath, entry.name))).toString()
    for (const line of text.split('\n')) {
      const fields = line.split(' ')
      if (fields[13] !== 'OK' || fields[12] !== 'ACCEPT') continue
      const key = `${fields[3]}:${fields[4]}:${fields[6]}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts]
    .filter(([key]) => Number(key.split(':')[2]) <= 1024)
    .map(([key, count]) => `${key}\t${count}`)
}

test('keeps away from a folder that holds something else', async () => {
  const root = join(folder, 'mine')
  await mkdir(root)
  await writeFile(join(root, 'thesis.txt'), 'years of work')
  await expect(run(root)).rejects.toMatchObject({ kind: 'conflict' })
})
