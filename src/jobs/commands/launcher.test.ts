import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../storage/open.js'
import { memoryStore } from '../../storage/memory.js'
import { Attempt } from '../attempt.js'
import type { Outcome } from '../outcome.js'
import { commandLauncher } from './launcher.js'
import { REFUSED } from './refusals.js'

const SCRIPT_RUNNER = 's3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-command-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const scripts = memoryStore()
const run = (jar: string, ...args: string[]): Promise<Outcome> =>
  new Attempt(
    { id: `s-${process.pid}`, cluster: 'j-1', name: 'x', jar, args, role: 'reader' },
    {
      folder,
      launch: commandLauncher({
        open: (uri, { role }) =>
          uri === 's3://scripts/etl' && role === 'reader' ? scripts : openStore(uri),
      }),
      environment: async () => ({}),
      now: () => 0,
      logs: () => undefined,
    },
  ).outcome
const message = async (jar: string, ...args: string[]): Promise<string | undefined> =>
  (await run(jar, ...args)).failure?.message
const stdout = (): string => readFileSync(join(folder, 'stdout'), 'utf8')

describe('a step of EMR', () => {
  it('runs programs by command-runner.jar', async () => {
    expect(await run('command-runner.jar', 'bash', '-c', 'echo "$0" $1', 'a b', 'c')).toEqual({
      state: 'COMPLETED',
      exitCode: 0,
    })
    expect(stdout()).toBe('a b c\n')
    expect(await message('command-runner.jar', '/bin/bash', '-c', 'exit 5')).toBe('exit code 5')
  })

  it('runs a script from a store with its arguments', async () => {
    await scripts.put('go.sh', Buffer.from('#!/bin/bash\necho "$# $1" in $(pwd)\n'))
    const uri = 's3://scripts/etl/go.sh'
    expect((await run(SCRIPT_RUNNER, uri, 'a b', 'c')).state).toBe('COMPLETED')
    expect(stdout()).toBe(`2 a b in ${folder}/work\n`)
  })

  it('says which script is not there', async () => {
    expect(await message(SCRIPT_RUNNER, 's3://scripts/etl/none.sh')).toContain('none.sh')
    expect(await message(SCRIPT_RUNNER, 'go.sh')).toMatch(/^no script: "go\.sh"/)
    expect(await message(SCRIPT_RUNNER)).toMatch(/^no script: ""/)
  })

  it('does nothing for debugging, in both of its forms', async () => {
    expect((await run('command-runner.jar', 'state-pusher-script')).state).toBe('COMPLETED')
    const old = 's3://us-east-1.elasticmapreduce/libs/state-pusher/0.1/fetch'
    expect((await run(SCRIPT_RUNNER, old)).state).toBe('COMPLETED')
    expect(stdout()).toContain('nothing to do')
  })

  it.each(Object.keys(REFUSED))('refuses %s by name', async (name) => {
    const refused = `cannot run /usr/bin/${name}: ${REFUSED[name]}`
    expect(await message('command-runner.jar', `/usr/bin/${name}`)).toBe(refused)
  })

  it('refuses other jars, and nothing', async () => {
    const own = 's3://own/script-runner.jar'
    expect(await message(own)).toBe(`cannot run ${own}: not yet; give command-runner.jar`)
    expect(await message('command-runner.jar')).toContain('nothing to run')
  })
})
