import { mkdtempSync, readFileSync, rmSync, statSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processesWith, startOf } from '../clusters/process-id.js'
import { STEP_VARIABLE } from './environment.js'
import { startProcess, type ProcessSpec, type StepProcess } from './process.js'

let folder: string
let step: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'headrig-step-')), 'step')
  step = `s-${randomUUID()}`
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const bash = (script: string, more: Partial<ProcessSpec> = {}): Promise<StepProcess> =>
  startProcess({ step, folder, command: '/bin/bash', args: ['-c', script], ...more })
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
const until = async (name: string): Promise<void> => {
  await vi.waitFor(() => expect(existsSync(join(folder, 'work', name))).toBe(true), 10_000)
}
const left = (): Promise<unknown[]> => processesWith(STEP_VARIABLE, step)

describe.runIf(process.platform === 'linux')('a process of a step', () => {
  it('tells its number, and what it wrote', async () => {
    const { end } = await bash('echo out; echo err >&2; exit 3')
    expect(await end).toEqual({ exitCode: 3 })
    expect([text('stdout'), text('stderr')]).toEqual(['out\n', 'err\n'])
  })

  it('tells the signal that ended it', async () => {
    expect(await (await bash('kill -SEGV $$')).end).toEqual({ signal: 'SIGSEGV' })
  })

  it('has a folder of its own, and nothing on stdin', async () => {
    await (
      await bash('pwd; cat; ls -d "$TMPDIR"')
    ).end
    expect(text('stdout')).toBe(`${folder}/work\n${folder}/work/tmp\n`)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'work')).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'stdout')).mode & 0o777).toBe(0o600)
  })

  it('knows nothing of the environment of headrig', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of-the-server')
    const given = { AWS_ACCESS_KEY_ID: 'role', [STEP_VARIABLE]: 'other' }
    await startProcess({
      step,
      folder,
      command: '/usr/bin/env',
      args: [],
      environment: given,
    }).then(({ end }) => end)
    expect(text('stdout').trim().split('\n').toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID=role',
      `HEADRIG_STEP_ID=${step}`,
      `HOME=${folder}/work`,
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `TMPDIR=${folder}/work/tmp`,
    ])
  })

  it('ends with all that it started when it is cancelled', async () => {
    const run = await bash(
      `trap "" TERM
       (trap "" TERM; setsid sleep 300) & setsid bash -c 'trap "" TERM; env -i sleep 301 & echo $! > escaped; wait' &
       until [ -s escaped ]; do sleep 0.05; done; touch ready; while :; do sleep 1; done`,
      { graceMs: 300 },
    )
    await until('ready')
    const escaped = Number(text('work/escaped'))
    expect(await startOf(escaped)).toBeDefined()
    run.interrupt()
    expect(await run.end).toEqual({ signal: 'SIGKILL', ended: 'cancelled' })
    expect(await left()).toEqual([])
    expect(await startOf(escaped)).toBeUndefined()
  })

  it('may clean up when it is cancelled', async () => {
    const run = await bash('trap "echo bye; exit 9" TERM; touch ready; while :; do sleep 0.1; done')
    await until('ready')
    run.interrupt()
    expect(await run.end).toEqual({ exitCode: 9, ended: 'cancelled' })
    expect(text('stdout')).toBe('bye\n')
  })

  it('may not clean up when it is killed', async () => {
    const run = await bash('trap "echo bye" TERM; touch ready; while :; do sleep 0.1; done')
    await until('ready')
    run.kill()
    expect(await run.end).toEqual({ signal: 'SIGKILL', ended: 'cancelled' })
    expect(text('stdout')).toBe('')
  })

  it('leaves nothing behind when it ends by itself', async () => {
    const { end } = await bash('setsid sleep 300 & sleep 300 & exit 0')
    expect(await end).toEqual({ exitCode: 0 })
    expect(await left()).toEqual([])
  })

  it('has a limited time', async () => {
    const { end } = await bash('sleep 300', { limits: { timeMs: 200 } })
    expect(await end).toEqual({ signal: 'SIGTERM', ended: 'time' })
  })

  it('has a limited output', async () => {
    const { end } = await bash('while :; do echo yes; sleep 0.001; done', {
      limits: { outputBytes: 100 },
    })
    expect(await end).toEqual({ signal: 'SIGKILL', ended: 'output' })
    rmSync(folder, { recursive: true })
    const short = await bash('echo more than ten bytes', { limits: { outputBytes: 10 } })
    expect(await short.end).toEqual({ exitCode: 0, ended: 'output' })
  })

  it('has limited memory and processor time', async () => {
    const limits = { addressSpaceBytes: 512 * 1024 ** 2, cpuSeconds: 77 }
    await (
      await bash('ulimit -v; ulimit -t; ulimit -c', { limits })
    ).end
    expect(text('stdout')).toBe('524288\n77\n0\n')
  })

  it('says why it could not be started', async () => {
    const missing = await startProcess({ step, folder, command: '/nowhere/x', args: [] })
    expect(await missing.end).toEqual({ exitCode: 127 })
    expect(text('stderr')).toContain('/nowhere/x')
    const nul = await startProcess({ step, folder, command: '/bin/echo', args: ['a\0b'] })
    expect((await nul.end).problem).toContain('null bytes')
  })
})
