import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MARKER } from '../../clusters/install/installed.js'
import { localHadoop, tasksOf } from './step-hadoop.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-hadoop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const find = () =>
  localHadoop({
    enginesFolder: folder,
    env: { PATH: process.env['PATH'] },
    hdfs: join(folder, 'hdfs'),
  })
const install = (id: string, ...jars: string[]): void => {
  mkdirSync(join(folder, id, 'jars'), { recursive: true })
  writeFileSync(join(folder, id, MARKER), '{"version":"x","installedAt":"x","bytes":1}')
  for (const jar of jars) writeFileSync(join(folder, id, 'jars', jar), '')
}

test('without Hadoop it is said how to have it', async () => {
  install('spark-4.2.0')
  await expect(find()).rejects.toMatchObject({
    kind: 'unavailable',
    message: `no Hadoop in ${folder}: run headrig engine install hadoop`,
  })
  install('hadoop-3.4.2', 'hadoop-client-api-3.4.2.jar')
  await expect(find()).rejects.toThrow('headrig engine remove hadoop-3.4.2')
})

test('the newest Hadoop is taken', async () => {
  install('hadoop-3.4.2', 'hadoop-streaming-3.4.2.jar')
  install('hadoop-3.10.0', 'hadoop-streaming-3.10.0.jar')
  expect((await find()).jars).toBe(join(folder, 'hadoop-3.10.0', 'jars'))
})

test.each([
  [2, 24, 2],
  [64, 8, 16],
  [4, 0.25, 1],
])('%d processors and %d GiB make %d tasks', (processors, gibibytes, tasks) => {
  expect(tasksOf(processors, gibibytes * 2 ** 30)).toBe(tasks)
})
