import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { awaitEnd, isAlive, startOf, type ProcessId } from '../process-id.js'

const started: ProcessId[] = []
afterEach(() => {
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // it is gone
    }
  }
})

/** A process that leads a group and has a child in it. */
async function startGroup(): Promise<ProcessId> {
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & sleep 60'], { detached: true, stdio: 'ignore' })
  child.unref()
  const id = { pid: child.pid!, start: (await startOf(child.pid!))! }
  started.push(id)
  return id
}

/** Runs a watchdog over these in a Node of its own, which then gets `end`. */
async function watchFrom(ids: readonly ProcessId[], folder: string, end: string): Promise<void> {
  const module = pathToFileURL(join(import.meta.dirname, 'watchdog.ts')).href
  const script = `
    const { startWatchdog } = await import(${JSON.stringify(module)})
    const watchdog = startWatchdog(${JSON.stringify(folder)})
    for (const id of ${JSON.stringify(ids)}) watchdog.watch(id)
    ${end}
    setTimeout(() => console.log('ready'), 200)
    setTimeout(() => {}, 30_000)`
  const child = spawn(
    process.execPath,
    ['--import', 'tsx/esm', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a SIGKILL of the owner ends the groups and removes the folder; strangers stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-watchdog-'))
  await writeFile(join(folder, 'file'), '')
  const [mine, other] = [await startGroup(), await startGroup()]
  await watchFrom([mine, { ...other, start: '1@00000000' }], folder, '')
  expect(await awaitEnd([mine], 5000)).toEqual([])
  await expect
    .poll(
      () =>
        access(folder).then(
          () => 'there',
          () => 'gone',
        ),
      { timeout: 5000 },
    )
    .toBe('gone')
  expect(await isAlive(other)).toBe(true)
})

test('what is to be kept outlives its owner', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-watchdog-'))
  const kept = await startGroup()
  await watchFrom([kept], folder, 'await watchdog.keep()')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await isAlive(kept)).toBe(true)
  await access(folder)
  await rm(folder, { recursive: true })
})
