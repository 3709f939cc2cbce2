import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { historyPath, openHistory } from './history.js'

test('lines are kept, newest first, for the user alone', async () => {
  const home = await mkdtemp(join(tmpdir(), 'headrig-history-'))
  try {
    const path = historyPath({ HOME: home })
    expect(path).toBe(join(home, '.local/state/headrig/history'))
    const history = await openHistory(path)
    expect(history.lines).toEqual([])
    await history.add('select 1;')
    await history.add('select 2;')
    expect((await openHistory(path)).lines).toEqual(['select 2;', 'select 1;'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(home, '.local/state/headrig'))).mode & 0o777).toBe(0o700)
  } finally {
    await rm(home, { recursive: true })
  }
})

test('a long history is cut to its newest lines', async () => {
  const home = await mkdtemp(join(tmpdir(), 'headrig-history-'))
  try {
    const path = join(home, 'history')
    await writeFile(path, Array.from({ length: 2500 }, (_, i) => `line ${i}\n`).join(''))
    const { lines } = await openHistory(path)
    expect(lines).toHaveLength(1000)
    expect(lines[0]).toBe('line 2499')
    expect((await readFile(path, 'utf8')).split('\n')[0]).toBe('line 1500')
  } finally {
    await rm(home, { recursive: true })
  }
})

test('a place that cannot be written is no error', async () => {
  const history = await openHistory('/dev/null/history')
  await expect(history.add('x')).resolves.toBeUndefined()
})
