import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

test('a time limit is seen although nothing else goes on', () => {
  const module = pathToFileURL(join(import.meta.dirname, 'kept-alive.ts')).href
  const script = `
    const { keptAlive } = await import(${JSON.stringify(module)})
    await keptAlive(() => new Promise((resolve) => {
      AbortSignal.timeout(100).addEventListener('abort', resolve)
    }))
    console.log('seen')`
  const flags = ['--import', 'tsx/esm', '--input-type=module', '-e', script]
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('seen\n')
})
