import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Attempt } from './attempt.js'
import type { Launch } from './launch.js'
import type { Outcome } from './outcome.js'
import type { StepLimits } from './step.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-work-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Work = (Launch & { readonly kind: 'work' })['run']
const attempt = (run: Work, limits: StepLimits = {}): Attempt =>
  new Attempt(
    { id: 's-1', cluster: 'j-1', name: 'x', jar: 'x.jar', args: [], limits },
    {
      folder,
      launch: async () => ({ kind: 'work', run }),
      environment: async () => ({}),
      now: () => 0,
      logs: () => undefined,
    },
  )
const outcome = (run: Work, limits?: StepLimits): Promise<Outcome> => attempt(run, limits).outcome
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
const untilAborted: Work = (_, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

it('writes what work says while it runs', async () => {
  let goOn = (): void => undefined
  const wait = new Promise<void>((resolve) => (goOn = resolve))
  const running = outcome(async (say) => {
    say('first')
    await wait
    say('second')
  })
  await vi.waitFor(() => expect(text('stdout')).toBe('first\n'), 10_000)
  goOn()
  expect(await running).toEqual({ state: 'COMPLETED', exitCode: 0 })
  expect(text('stdout')).toBe('first\nsecond\n')
  expect(existsSync(join(folder, 'work'))).toBe(false)
})

it('fails as work does', async () => {
  const failed = await outcome((say) => {
    say('so far')
    return Promise.reject(new Error('no such bucket'))
  })
  expect(failed).toMatchObject({ state: 'FAILED', exitCode: 1 })
  expect([text('stdout'), text('stderr')]).toEqual(['so far\n', 'no such bucket\n'])
})

it('does not write secrets of arguments to the controller log', async () => {
  await outcome(async () => undefined)
  const spec = { id: 's-1', cluster: 'j-1', name: 'x', jar: 'x.jar', args: ['--password', 'hush'] }
  const launch = async (): Promise<Launch> => ({ kind: 'work', run: async () => undefined })
  const options = { folder, launch, environment: async () => ({}), now: () => 0 }
  await new Attempt(spec, { ...options, logs: () => undefined }).outcome
  expect(text('controller')).toContain('x.jar ["--password","HIDDEN')
  expect(text('controller')).not.toContain('hush')
})

it('is cancelled while it finds out what to run', async () => {
  const never = new Attempt(
    { id: 's-1', cluster: 'j-1', name: 'x', jar: 'x.jar', args: [] },
    {
      folder,
      launch: () => new Promise(() => undefined),
      environment: async () => ({}),
      now: () => 0,
      logs: () => undefined,
    },
  )
  await vi.waitFor(() => expect(text('controller')).toContain('x.jar'), 10_000)
  never.cancel('interrupt')
  expect(await never.outcome).toEqual({ state: 'CANCELLED' })
})

it('stops work that is cancelled, late or talks too much', async () => {
  const cancelled = attempt(untilAborted)
  cancelled.cancel('interrupt')
  expect(await cancelled.outcome).toEqual({ state: 'CANCELLED' })
  expect(await outcome(untilAborted, { timeMs: 1 })).toMatchObject({
    failure: { reason: 'Time limit exceeded.' },
  })
  const talks: Work = async (say, signal) => {
    while (!signal.aborted) say('and so on')
  }
  expect(await outcome(talks, { outputBytes: 1000 })).toMatchObject({
    failure: { reason: 'Output limit exceeded.' },
  })
  expect(text('stdout')).toBe('and so on\n'.repeat(100))
})
