import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BINARY } from '../support/launch.js'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headrig-process-'))
  if (!existsSync(BINARY)) return
  await cp('fixtures/formats/hello_world/sample.ndjson', join(cwd, 'logs/a.ndjson'))
  spawnSync(process.execPath, [BINARY, 'collect', 'logs', '-q'], { cwd })
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

describe.skipIf(!existsSync(BINARY))('the built program', () => {
  test('a reader that leaves early is no error', () => {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; for i in 1 2 3; do "${process.execPath}" "${BINARY}" config show | head -1; done`,
      ],
      { cwd, encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^(lake .*\n){3}$/)
  })

  test('the first line names the interpreter and the file can be run', () => {
    expect(spawnSync(BINARY, ['version'], { cwd, encoding: 'utf8' }).stdout).toMatch(/^\d+\./)
  })

  test('the demo finds its incidents, and a second run adds nothing', async () => {
    const run = () => spawnSync(process.execPath, [BINARY, 'demo'], { cwd, encoding: 'utf8' })
    const first = run()
    expect(first.stderr).toBe('')
    expect(first.stdout).toContain('user/ci-deploy')
    expect(first.stdout).toContain('example-4444-backup')
    expect(first.stdout).toMatch(/^198\.51\.100\.77 .* 22 /m)
    expect(first.stdout).toContain('Try next:')
    const second = run()
    expect(second.status).toBe(0)
    expect(second.stdout).toContain('were there before')
    expect(second.stdout).toContain('user/ci-deploy')
  })

  test('ctrl-c ends a query', async () => {
    const { child, ended } = start(['query', 'select count(*) from range(1000000000000)'])
    await sleep(5000)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'interrupted\n' })
  })

  test('ctrl-c ends watching with what was collected', async () => {
    const lake = join(cwd, 'watched')
    const { child, ended } = start([
      'collect',
      'logs',
      '--lake',
      lake,
      '--watch=200ms',
      '--output',
      'json',
      '-q',
    ])
    await until(
      async () => (await readdir(join(lake, 'tables/ingest_objects/_delta_log'))).length > 0,
    )
    await cp('fixtures/formats/hello_world/sample.ndjson.gz', join(cwd, 'logs/b.ndjson.gz'))
    await until(
      async () => (await readdir(join(lake, 'tables/ingest_objects/_delta_log'))).length > 1,
    )
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ objects: 2, rows: 4, duplicates: 4, failed: 0 })
    expect(await readdir(join(lake, '_headrig'))).not.toContain('spill')
  })
})

function start(argv: string[]) {
  const child = spawn(process.execPath, [BINARY, ...argv], { cwd })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
  return { child, ended }
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await check().catch(() => false)) return
    await sleep(50)
  }
  throw new Error('waited ten seconds in vain')
}
