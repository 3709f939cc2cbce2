import { readFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { sharedSpark } from '../../../../test/support/spark.js'
import { SparkConnectSession } from './session.js'

vi.setConfig({ testTimeout: 120_000 })

const server = await sharedSpark()
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor

describe.skipIf(!server)('README.md', async () => {
  const text = await readFile(new URL('README.md', import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

  test.each(blocks.map((code, i) => [i + 1, code] as const))('block %i prints', async (i, code) => {
    const printed: string[] = []
    const log = (...values: unknown[]): void => {
      const words = values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v)))
      printed.push(words.join(' '))
    }
    const names = ['SparkConnectSession', 'url', 'console', 'progress', 'spark']
    const spark = i === 1 ? undefined : await SparkConnectSession.connect(server!)
    // The first block declares `spark` itself.
    const run = new AsyncFunction(...names.slice(0, spark ? 5 : 4), code)
    await run(SparkConnectSession, server!.url, { log }, () => undefined, spark)
    await spark?.close()
    const said = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, line]) => line)
    expect(said.length).toBeGreaterThan(0)
    expect(printed).toEqual(said)
  })

  test('has blocks', () => expect(blocks.length).toBeGreaterThan(4))
})
