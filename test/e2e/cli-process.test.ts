import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BINARY, launchBinary } from '../support/launch.js'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headrig-process-'))
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

  test('--help starts fast', () => {
    const best = (argv: string[]): number => {
      const times = Array.from({ length: 9 }, () => {
        const start = performance.now()
        spawnSync(process.execPath, argv, { cwd })
        return performance.now() - start
      })
      return Math.min(...times)
    }
    expect(best([BINARY, '--help']) - best(['-e', '0'])).toBeLessThan(60)
  })

  test('the first line names the interpreter and the file can be run', () => {
    expect(spawnSync(BINARY, ['version'], { cwd, encoding: 'utf8' }).stdout).toMatch(/^\d+\./)
  })
})
