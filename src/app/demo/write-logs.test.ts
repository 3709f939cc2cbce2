import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { detectBy } from '../../formats/detect-by.js'
import { FORMATS } from '../../formats/index.js'
import { DEMO_SIZE, writeDemoLogs } from './write-logs.js'

const SMALL = { ...DEMO_SIZE, events: 2000, flows: 5000 }
const folders: string[] = []

async function written(size = SMALL): Promise<{
  files: Map<string, string>
  facts: Awaited<ReturnType<typeof writeDemoLogs>>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-demo-'))
  folders.push(folder)
  const facts = await writeDemoLogs(folder, size)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
  const files = new Map<string, string>()
  for (const path of paths.toSorted()) {
    files.set(path.slice(folder.length + 1), gunzipSync(await readFile(path)).toString())
  }
  return { files, facts }
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

const digest = (files: ReadonlyMap<string, string>): string =>
  createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')

test('the same seed gives the same logs, another seed others', async () => {
  const [a, b, c] = [await written(), await written(), await written({ ...SMALL, seed: 'x' })]
  expect(digest(a.files)).toBe(digest(b.files))
  expect(digest(a.files)).not.toBe(digest(c.files))
})

test('every object is recognised by its log type, and holds what the facts say', async () => {
  const { files, facts } = await written()
  let events = 0
  let flows = 0
  for (const [key, text] of files) {
    const [best] = FORMATS.map((f) => ({
      id: f.id,
      ...detectBy(f, { key, head: text.slice(0, 65_536) }),
    })).toSorted((x, y) => y.score - x.score)
    expect(best).toMatchObject({ score: 0.95 })
    if (best?.id === 'aws_cloudtrail') {
      events += (JSON.parse(text) as { Records: unknown[] }).Records.length
    } else flows += text.trim().split('\n').length - 1
  }
  expect({ objects: files.size, events, flows }).toEqual({
    objects: facts.objects,
    events: facts.events,
    flows: facts.flows,
  })
})

test('the incidents are inside', async () => {
  const { files } = await written()
  const text = [...files.values()].join('\n')
  expect(text).toContain('"cidrIp":"0.0.0.0/0"')
  expect(text.match(/"eventName":"StopLogging"/g)).toHaveLength(1)
  expect(text.match(/"eventName":"DeleteBucket"/g)).toHaveLength(1)
  expect(text.match(/"ConsoleLogin":"Failure"/g)?.length).toBeGreaterThanOrEqual(40)
  expect(text.match(/ 198\.51\.100\.77 10\.\S+ \d+ 22 6 /g)).toHaveLength(4000)
})
