import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processesWith } from '../clusters/process-id.js'
import { HeadrigError } from '../core/errors.js'
import { memoryStore } from '../storage/memory.js'
import { openState, type State } from '../state/state.js'
import { STEP_VARIABLE } from './environment.js'
import type { Launcher } from './launch.js'
import { StepLogs } from './logs.js'
import { startProcess } from './process.js'
import { StepRunner, type RunnerOptions } from './runner.js'
import type { StepRecord, StepSpec } from './step.js'

let folder: string
let state: State
let ended: string[]
let cluster: string
let count = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-runner-'))
  state = openState(join(folder, 'state.db'))
  ended = []
  cluster = `j-${process.pid}-${count++}`
})
afterEach(() => {
  state.close()
  rmSync(folder, { recursive: true, force: true })
})

const launch: Launcher = async ({ args }) => {
  if (args[0] === 'refuse') throw new HeadrigError('invalid', 'no such program: refuse')
  return { kind: 'process', command: '/bin/bash', args: ['-c', args.join(' ')] }
}
const open = (more: Partial<RunnerOptions> = {}): Promise<StepRunner> =>
  StepRunner.open({
    state,
    folder,
    launch,
    now: () => 1_700_000_000_000,
    graceMs: 300,
    onEnd: ({ spec, state: last }) => ended.push(`${spec.name} ${last}`),
    ...more,
  })
const step = (name: string, script: string, more: Partial<StepSpec> = {}): StepSpec => ({
  id: `${cluster}-${name}`,
  cluster,
  name,
  jar: 'command-runner.jar',
  args: [script],
  ...more,
})
const end = (runner: StepRunner, name: string): Promise<StepRecord> =>
  vi.waitFor(() => {
    const found = runner.get(`${cluster}-${name}`)
    if (found?.ended === undefined) throw new Error(`${name} is ${found?.state}`)
    return found
  }, 15_000)
const file = (name: string): Promise<void> =>
  vi.waitFor(() => expect(existsSync(join(folder, name))).toBe(true), 15_000)

describe('a runner of steps', () => {
  it('runs them one after the other, and tells how they ended', async () => {
    const runner = await open()
    const taken = runner.submit([
      step('a', 'sleep 0.2; echo a >> ../../../../order'),
      step('b', 'echo b >> ../../../../order; echo "it broke" >&2; exit 4', {
        logUri: 's3://l/x/',
      }),
      step('c', 'refuse'),
    ])
    expect(taken.map((s) => s.state)).toEqual(['RUNNING', 'PENDING', 'PENDING'])
    await end(runner, 'c')
    expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('a\nb\n')
    expect(ended).toEqual(['a COMPLETED', 'b FAILED', 'c FAILED'])
    expect(runner.list(cluster).map((s) => s.failure)).toEqual([
      undefined,
      {
        reason: 'Unknown Error.',
        message: 'exit code 4: it broke',
        logFile: `s3://l/x/${cluster}/steps/${cluster}-b/stderr.gz`,
      },
      { reason: 'Could not run.', message: 'no such program: refuse' },
    ])
    const controller = readFileSync(
      join(folder, cluster, `${cluster}-b`, '1', 'controller'),
      'utf8',
    )
    expect(controller).toContain('FAILED after 0 ms: exit code 4: it broke')
  })

  it('has stored the logs when it tells the end', async () => {
    const store = memoryStore()
    const stored: Promise<string>[] = []
    const runner = await open({
      logs: (spec, at) => new StepLogs({ folder: at, store, prefix: spec.id }),
      onEnd: ({ spec }) =>
        stored.push(store.get(`${spec.id}/controller.gz`).then((b) => gunzipSync(b).toString())),
    })
    runner.submit([step('a', 'echo hello'), step('b', 'refuse')])
    await end(runner, 'b')
    expect(await stored[0]).toContain('COMPLETED after 0 ms')
    expect(await stored[1]).toContain('FAILED after 0 ms: no such program: refuse')
    expect(gunzipSync(await store.get(`${cluster}-a/stdout.gz`)).toString()).toBe('hello\n')
  })

  it('runs as many at once as the cluster may', async () => {
    let most = 0
    const runner = await open({ concurrency: () => most })
    const wait = (other: string): string =>
      `touch ../../../../$HEADRIG_STEP_ID; until [ -e ../../../../${cluster}-${other} ]; do sleep 0.05; done`
    runner.submit([step('a', wait('b')), step('b', wait('a'))])
    expect(runner.list(cluster).map((s) => s.state)).toEqual(['PENDING', 'PENDING'])
    most = 2
    runner.wake(cluster)
    expect((await end(runner, 'a')).state).toBe('COMPLETED')
    expect((await end(runner, 'b')).state).toBe('COMPLETED')
  })

  it('tries again as often as it was told', async () => {
    const runner = await open()
    runner.submit([
      step('a', 'echo x >> ../../tries; [ $(wc -l < ../../tries) = 3 ]', { attempts: 5 }),
      step('b', 'exit 1', { attempts: 2 }),
    ])
    expect(await end(runner, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 3 })
    expect(await end(runner, 'b')).toMatchObject({ state: 'FAILED', attempt: 2 })
    expect(ended).toEqual(['a COMPLETED', 'b FAILED'])
  })

  it('waits for the steps before, and leaves out what they make useless', async () => {
    const runner = await open({ concurrency: () => 9 })
    const id = (name: string): string => `${cluster}-${name}`
    runner.submit([
      step('a', 'sleep 0.3; touch ../../../../a'),
      step('b', '[ -e ../../../../a ]', { after: [id('a')] }),
      step('c', 'exit 1'),
      step('d', 'touch ../../../../d', { after: [id('a'), id('c')] }),
      step('e', 'touch ../../../../e', { after: [id('d')] }),
    ])
    for (const name of ['a', 'b', 'c', 'd', 'e']) await end(runner, name)
    expect(runner.list(cluster).map((s) => s.state)).toEqual([
      'COMPLETED',
      'COMPLETED',
      'FAILED',
      'CANCELLED',
      'CANCELLED',
    ])
    expect(existsSync(join(folder, 'd')) || existsSync(join(folder, 'e'))).toBe(false)
  })

  it('takes all steps or none', async () => {
    const runner = await open({ concurrency: () => 0 })
    expect(() => runner.submit([step('a', 'exit'), step('../b', 'exit')])).toThrow(
      'no id of a step',
    )
    expect(() => runner.submit([step('a', 'exit', { after: ['x'] })])).toThrow('waits for x')
    expect(() => runner.submit([step('a', 'exit'), step('a', 'exit')])).toThrow('there is a step')
    expect(runner.list(cluster)).toEqual([])
  })

  it('cancels what waits and what runs, and goes on', async () => {
    const runner = await open()
    runner.submit([
      step('a', 'touch ../../../../ready; sleep 300', { attempts: 9 }),
      step('b', 'touch ../../../../b'),
      step('c', 'exit 0'),
    ])
    await file('ready')
    expect(runner.cancel(`${cluster}-b`)).toBe(true)
    expect(runner.get(`${cluster}-b`)?.state).toBe('CANCELLED')
    expect(runner.cancel(`${cluster}-a`)).toBe(true)
    expect(runner.get(`${cluster}-a`)?.state).toBe('CANCEL_PENDING')
    expect(await end(runner, 'a')).toMatchObject({ state: 'CANCELLED', attempt: 1 })
    expect(await end(runner, 'c')).toMatchObject({ state: 'COMPLETED' })
    expect(runner.cancel(`${cluster}-c`)).toBe(false)
    expect(existsSync(join(folder, 'b'))).toBe(false)
  })

  it('gives the credentials to the step only', async () => {
    const runner = await open({ environment: async ({ role }) => ({ ROLE: `${role}` }) })
    runner.submit([step('a', 'echo $ROLE > ../../../../role', { role: 'reader' })])
    await end(runner, 'a')
    expect(readFileSync(join(folder, 'role'), 'utf8')).toBe('reader\n')
    expect(JSON.stringify(runner.get(`${cluster}-a`))).not.toContain('ROLE":')
  })

  it('does own work, which has a time limit and can be cancelled', async () => {
    const runner = await open({
      concurrency: () => 9,
      launch: async ({ args }) => ({
        kind: 'work',
        run: async (say, signal) => {
          say('working')
          if (args[0] === 'fail') throw new Error('no luck')
          if (args[0] === 'wait')
            await new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason as Error)),
            )
        },
      }),
    })
    runner.submit([
      step('a', 'ok'),
      step('b', 'fail'),
      step('c', 'wait', { limits: { timeMs: 50 } }),
      step('d', 'wait'),
    ])
    const stdout = join(folder, cluster, `${cluster}-a`, '1', 'stdout')
    expect((await end(runner, 'a')).state).toBe('COMPLETED')
    expect(readFileSync(stdout, 'utf8')).toBe('working\n')
    expect((await end(runner, 'b')).failure?.message).toBe('exit code 1: no luck')
    expect((await end(runner, 'c')).failure?.reason).toBe('Time limit exceeded.')
    runner.cancel(`${cluster}-d`)
    expect((await end(runner, 'd')).state).toBe('CANCELLED')
  })

  it.runIf(process.platform === 'linux')(
    'never runs again what ran when its runner was lost',
    async () => {
      const spec = step('a', 'echo x >> ../../../../runs', { attempts: 9 })
      const lost: StepRecord & { readonly order: number } = {
        spec,
        state: 'RUNNING',
        created: 1,
        started: 2,
        attempt: 1,
        order: 1,
      }
      const place = { parent: cluster, position: 1 }
      state.collection<StepRecord>('jobs.step').put(spec.id, lost, place)
      const { end: gone } = await startProcess({
        step: spec.id,
        folder: join(folder, cluster, spec.id, '1'),
        command: '/bin/bash',
        args: [
          '-c',
          'echo x >> ../../../../runs; echo said; touch ../../../../ready; sleep 300 & sleep 300',
        ],
      })
      await file('ready')
      const store = memoryStore()
      const next = await open({
        logs: (of, at) => new StepLogs({ folder: at, store, prefix: of.id }),
      })
      expect((await gone).signal).toBe('SIGKILL')
      expect(gunzipSync(await store.get(`${spec.id}/stdout.gz`)).toString()).toBe('said\n')
      next.submit([step('b', 'echo b >> ../../../../runs')])
      expect(await end(next, 'a')).toMatchObject({
        state: 'FAILED',
        attempt: 1,
        failure: { reason: 'Interrupted.' },
      })
      expect(await processesWith(STEP_VARIABLE, `${cluster}-a`)).toEqual([])
      expect((await end(next, 'b')).state).toBe('COMPLETED')
      expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\nb\n')
      expect(ended).toEqual(['a FAILED', 'b COMPLETED'])
    },
  )

  it('leaves what waits to the runner after it when it is closed', async () => {
    const first = await open()
    first.submit([
      step('a', 'touch ../../../../ready; sleep 300'),
      step('b', 'touch ../../../../b'),
    ])
    await file('ready')
    await first.close()
    expect(first.list(cluster).map((s) => s.state)).toEqual(['CANCELLED', 'PENDING'])
    expect((await end(await open(), 'b')).state).toBe('COMPLETED')
  })
})
