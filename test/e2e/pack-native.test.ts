// The package of this platform's addon, as npm installs it. Needs Rust and the addon of a build.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { version } from '../../src/core/version.js'
import { loadAddon } from '../../src/front/native/load.js'

const run = (command: string, args: readonly string[], cwd: string) =>
  spawnSync(command, args, { cwd, encoding: 'utf8' })
const rust = run('cargo', ['--version'], '.').status === 0

test.skipIf(!rust || loadAddon().addon === undefined)(
  'the package installs and loads, with the licences of what is in it',
  { timeout: 300_000 },
  async () => {
    const packed = run(process.execPath, ['scripts/pack-native.mjs'], '.')
    expect(packed.stderr.replace(/^npm .*\n/gm, '')).toBe('')
    const tarball = resolve(packed.stdout.trim().split('\n').at(-1) ?? '')
    expect(existsSync(tarball)).toBe(true)
    const folder = await mkdtemp(join(tmpdir(), 'headrig-pack-'))
    try {
      await writeFile(join(folder, 'package.json'), '{"private":true}')
      const args = ['install', '--offline', '--no-audit', '--no-fund', tarball]
      const installed = run('npm', args, folder)
      expect(installed.status, installed.stderr).toBe(0)
      const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        dependencies: Readonly<Record<string, string>>
      }
      const [name = ''] = Object.keys(dependencies)
      expect(name).toMatch(/^@headrig\/front-/)
      const loaded = run(process.execPath, ['-p', `require('${name}').version()`], folder)
      expect(loaded.stdout.trim()).toBe(version())
      const inside = join(folder, 'node_modules', name)
      expect(readFileSync(join(inside, 'LICENSE'), 'utf8')).toContain('Apache License')
      const list = readFileSync(join(inside, 'THIRD-PARTY.md'), 'utf8')
      for (const crate of ['zstd', 'libdeflate-sys', 'napi', 'regex'])
        expect(list).toMatch(new RegExp(`^\\| ${crate} +\\| .*(?:MIT|Apache|BSD)`, 'm'))
      expect(list).not.toContain('see the source')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
