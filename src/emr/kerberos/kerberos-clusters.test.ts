import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.js'
import { KerberosClusters } from './kerberos-clusters.js'
import { runMit } from './mit.js'

const KDC = { kdc: '127.0.0.1:1', adminServer: '127.0.0.1:1', ticketHours: 24 }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-kerberos-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (...there: string[]) =>
  KerberosClusters.open({ folder, logger: silentLogger }, (id) => there.includes(id))

test('keys of clusters that are not there are removed at the start, those of others at their end', async () => {
  for (const id of ['j-1', 'j-2']) {
    mkdirSync(join(folder, id))
    writeFileSync(join(folder, id, 'cluster.keytab'), 'x')
  }
  const clusters = await open('j-2')
  expect(readdirSync(folder)).toEqual(['j-2'])
  await clusters.release('j-2')
  expect(readdirSync(folder)).toEqual([])
})

test.each(['', '.', '..', '../j-1', 'j-1/x', 'j-a'])('%j names no folder', async (id) => {
  const attributes = { realm: 'EXAMPLE.COM', password: 'p' }
  const clusters = await open()
  const { signal } = new AbortController()
  await expect(clusters.enrol(id, KDC, attributes, signal)).rejects.toThrow('no id of a cluster')
  await expect(clusters.release(id)).rejects.toThrow('no id of a cluster')
  expect(existsSync(folder)).toBe(true)
})

test('a program that is not there is named, with what to install', async () => {
  const call = { program: 'kinit-of-nobody', args: [], config: '', folder, timeoutMs: 1000 }
  await expect(runMit(call)).rejects.toThrow(/kinit-of-nobody .*install krb5-user/)
})

test('a program that waits is ended, and gets its input once', async () => {
  const call = { config: '', folder, timeoutMs: 60_000 }
  const said = await runMit({
    ...call,
    program: 'sh',
    args: ['-c', 'cat >&2; exit 3'],
    input: 'a\n',
  })
  expect(said).toEqual({ code: 3, said: 'a\n' })
  await expect(runMit({ ...call, program: 'sleep', args: ['600'], timeoutMs: 50 })).rejects.toThrow(
    'does not answer within 0.05 s',
  )
  const abort = new AbortController()
  const running = runMit({ ...call, program: 'sleep', args: ['600'], signal: abort.signal })
  abort.abort(new Error('cancelled'))
  await expect(running).rejects.toThrow('cancelled')
})
