import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningSpark, stopSpark } from './spark-server.js'

/**
 * Vitest's global setup, called once for each project: where the files of a run find the server they
 * share, and its end.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['HEADRIG_TEST_SPARK_OWNER'] === String(process.pid)) return undefined
  process.env['HEADRIG_TEST_SPARK_OWNER'] = String(process.pid)
  const run = await mkdtemp(join(tmpdir(), 'headrig-spark-run-'))
  process.env['HEADRIG_TEST_SPARK_RUN'] = run
  return async () => {
    const text = await readFile(join(run, 'server.json'), 'utf8').catch(() => 'null')
    const server = JSON.parse(text) as RunningSpark | string | null
    if (server !== null && typeof server === 'object') await stopSpark(server)
    await rm(run, { recursive: true, force: true })
  }
}
