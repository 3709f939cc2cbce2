import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Transform } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../storage/memory.js'
import type { ByteStore } from '../storage/store.js'
import { containerLogs } from './container-logs.js'
import { keepStoring, StepLogs } from './logs.js'

let root: string
let folder: string
let store: ByteStore
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'headrig-logs-'))
  folder = join(root, '1')
  mkdirSync(folder)
  store = memoryStore()
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const text = async (name: string): Promise<string> =>
  gunzipSync(await store.get(`j-1/steps/s-1/${name}.gz`)).toString()
const keys = async (): Promise<string[]> => {
  const found: string[] = []
  for await (const { key } of store.list('')) found.push(key)
  return found
}

describe('logs of a step', () => {
  it('are stored as they are, those that are there', async () => {
    writeFileSync(join(folder, 'stdout'), 'one\n')
    writeFileSync(join(folder, 'stderr'), '')
    const logs = new StepLogs({ folder, store, prefix: 'j-1/steps/s-1' })
    await logs.store()
    expect(await keys()).toEqual(['j-1/steps/s-1/stderr.gz', 'j-1/steps/s-1/stdout.gz'])
    expect([await text('stdout'), await text('stderr')]).toEqual(['one\n', ''])
    appendFileSync(join(folder, 'stdout'), 'two\n')
    await Promise.all([logs.store(), logs.store()])
    expect(await text('stdout')).toBe('one\ntwo\n')
    expect(readdirSync(root)).toEqual(['1'])
  })

  it('are not stored again when nothing came', async () => {
    writeFileSync(join(folder, 'stdout'), 'one\n')
    const logs = new StepLogs({ folder, store, prefix: 'j-1/steps/s-1' })
    await logs.store()
    await store.delete('j-1/steps/s-1/stdout.gz')
    await logs.store()
    expect(await keys()).toEqual([])
  })

  it('are sealed where they lie at the end, and stored as they are', async () => {
    writeFileSync(join(folder, 'stdout'), 'secret')
    const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff)
    const seal = async (): Promise<Transform> =>
      new Transform({ transform: (chunk: Buffer, _, next) => next(null, turned(chunk)) })
    const logs = new StepLogs({ folder, store, prefix: 'x', seal })
    await logs.finish()
    await logs.finish()
    expect(gunzipSync(await store.get('x/stdout.gz')).toString()).toBe('secret')
    expect(existsSync(join(folder, 'stdout'))).toBe(false)
    const sealed = readFileSync(join(folder, 'stdout.sealed'))
    expect(Buffer.from(turned(sealed)).toString()).toBe('secret')
  })

  it('are sealed though the store is out of reach, and left as they are without the key', async () => {
    writeFileSync(join(folder, 'stderr'), 'secret')
    const putFile = () => Promise.reject(new Error('out of reach'))
    const away = new Proxy(store, {
      get: (of, name) => (name === 'putFile' ? putFile : Reflect.get(of, name)),
    })
    const shut = async (): Promise<Transform> => Promise.reject(new Error('no key'))
    const options = { folder, store: away, prefix: 'x' }
    await expect(new StepLogs({ ...options, seal: shut }).finish()).rejects.toThrow('out of reach')
    expect(readFileSync(join(folder, 'stderr'), 'utf8')).toBe('secret')
    const seal = async (): Promise<Transform> => new PassThrough()
    await expect(new StepLogs({ ...options, seal }).finish()).rejects.toThrow('out of reach')
    expect(readdirSync(folder)).toEqual(['stderr.sealed'])
  })

  it('are not followed to elsewhere', async () => {
    writeFileSync(join(root, 'key'), 'hush-hush')
    symlinkSync(join(root, 'key'), join(folder, 'stdout'))
    execFileSync('mkfifo', [join(folder, 'stderr')])
    await new StepLogs({ folder, store, prefix: 'x' }).store()
    expect(await keys()).toEqual([])
  })

  it('of the executors of a step go with them', async () => {
    const work = join(root, 'work')
    const app = 'app-20261121212533-0000'
    for (const [place, text] of [
      [`core-1/${app}/0`, 'mine'],
      [`task-2/${app}/1`, 'mine too'],
      ['core-1/app-20261121212533-0001/0', 'of another step'],
    ] as const) {
      mkdirSync(join(work, place), { recursive: true })
      writeFileSync(join(work, place, 'stderr'), text)
    }
    mkdirSync(join(root, 'elsewhere'))
    writeFileSync(join(root, 'elsewhere', 'stdout'), 'hush-hush')
    symlinkSync(join(root, 'elsewhere'), join(work, `core-1/${app}/2`))
    const stderr = join(folder, 'stderr')
    const options = { stderr, work, store, prefix: 'j-1/containers', scratch: folder }
    const logs = new StepLogs({
      folder,
      store,
      prefix: 'j-1/steps/s-1',
      more: containerLogs(options),
    })
    await logs.store()
    expect(await keys()).toEqual([])
    writeFileSync(
      stderr,
      `INFO StandaloneSchedulerBackend: Connected to Spark cluster with app ID ${app}\n`,
    )
    await logs.store()
    const place = `j-1/containers/${app}`
    expect(await keys()).toEqual([
      `${place}/container_core-1_0/stderr.gz`,
      `${place}/container_task-2_1/stderr.gz`,
      'j-1/steps/s-1/stderr.gz',
    ])
    const stored = await store.get(`${place}/container_task-2_1/stderr.gz`)
    expect(gunzipSync(stored).toString()).toBe('mine too')
    expect(readdirSync(folder)).toEqual(['stderr'])
  })

  it('come while the step runs and at its end, though the store was out of reach', async () => {
    writeFileSync(join(folder, 'stdout'), 'one\n')
    let refuse = true
    const shaky: ByteStore = new Proxy(store, {
      get: (of, name: keyof ByteStore) => {
        if (name === 'putFile' && refuse) return () => Promise.reject(new Error('out of reach'))
        const found = of[name]
        return typeof found === 'function' ? found.bind(of) : found
      },
    })
    const problems: unknown[] = []
    const logs = new StepLogs({ folder, store: shaky, prefix: 'j-1/steps/s-1' })
    const stop = keepStoring(logs, 10, (error) => problems.push(error))
    await vi.waitFor(() => expect(problems.length).toBeGreaterThan(1), 10_000)
    refuse = false
    await vi.waitFor(async () => expect(await text('stdout')).toBe('one\n'), 10_000)
    appendFileSync(join(folder, 'stdout'), 'last\n')
    await stop()
    expect(await text('stdout')).toBe('one\nlast\n')
  })
})
