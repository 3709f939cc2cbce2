import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import {
  awaitEnd,
  isAlive,
  processesOfGroup,
  processesWith,
  signalProcess,
  startOf,
} from './process-id.js'

async function sleeper(env: Record<string, string> = {}) {
  const child = spawn('sleep', ['60'], { stdio: 'ignore', env: { PATH: '/usr/bin:/bin', ...env } })
  return { child, id: { pid: child.pid!, start: (await startOf(child.pid!))! } }
}

test('a process is told from another with its number', async () => {
  const { child, id } = await sleeper()
  expect(await isAlive(id)).toBe(true)
  expect(await isAlive({ ...id, start: 'another' })).toBe(false)
  expect(await signalProcess({ ...id, start: 'another' }, 'SIGKILL')).toBe(false)
  expect(await isAlive(id)).toBe(true)
  expect(await awaitEnd([id], 100)).toEqual([id])
  const exit = once(child, 'exit')
  expect(await signalProcess(id, 'SIGTERM')).toBe(true)
  await exit
  expect(await awaitEnd([id], 1000)).toEqual([])
  expect(await signalProcess(id, 'SIGTERM')).toBe(false)
})

test('a dead process that nobody has buried is not alive', async () => {
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  await expect.poll(() => startOf(Number(line)), { timeout: 3000 }).toBeUndefined()
  parent.kill()
})

test.runIf(process.platform === 'linux')('processes are found by a variable', async () => {
  const value = `/tmp/test ${process.pid}`
  const { child, id } = await sleeper({ HEADRIG_TEST_MARK: value })
  await sleeper({ HEADRIG_TEST_MARK: `${value}x` }).then((other) => other.child.kill())
  await expect.poll(() => processesWith('HEADRIG_TEST_MARK', value)).toEqual([id])
  child.kill()
})

test.runIf(process.platform === 'linux')('the processes of a group', async () => {
  const leader = spawn('/bin/sh', ['-c', 'sleep 60 & sleep 60; true'], {
    detached: true,
    stdio: 'ignore',
  })
  const pid = leader.pid!
  await expect.poll(async () => (await processesOfGroup(pid)).length).toBe(3)
  const children = (await processesOfGroup(pid)).filter((member) => member.parent === pid)
  expect(children.map((child) => child.pid)).not.toContain(pid)
  expect(children).toHaveLength(2)
  process.kill(-pid, 'SIGKILL')
  await once(leader, 'exit')
  await expect.poll(() => processesOfGroup(pid)).toEqual([])
})
