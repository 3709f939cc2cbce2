import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startProcess } from './process.js'
import { stepUser } from './step-user.js'

const NOBODY = { uid: 65_534, gid: 65_534 }

// Only root can give a process to somebody else.
it.skipIf(process.getuid?.() !== 0)(
  'runs as a user that can neither read ours nor swap logs',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'headrig-user-'))
    try {
      chmodSync(root, 0o711)
      const key = join(root, 'master.key')
      writeFileSync(key, 'hush-hush', { mode: 0o600 })
      const folder = join(root, 'steps', 's-1')
      const script = `id -u; id -G; cat ${key}; ln -sf ${key} ../stdout; mv ../syslog ../x
      echo mine > here; cat here; echo told > ../syslog; kill -0 ${process.pid}`
      const { end } = await startProcess({
        step: `s-${process.pid}`,
        folder,
        command: '/bin/bash',
        args: ['-c', script],
        user: NOBODY,
      })
      expect(await end).toEqual({ exitCode: 1 })
      const [stdout, stderr, syslog] = ['stdout', 'stderr', 'syslog'].map((name) =>
        readFileSync(join(folder, name), 'utf8'),
      )
      expect(stdout).toBe('65534\n65534\nmine\n')
      expect(stderr).not.toContain('hush-hush')
      expect(stderr?.match(/denied|not permitted/g)).toHaveLength(4)
      expect(syslog).toBe('told\n')
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
)

it.skipIf(process.getuid?.() !== 0)(
  'is an account that can get to its folders, never root',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'headrig-user-'))
    try {
      const data = join(root, 'data')
      await expect(stepUser('no-such-account', data)).rejects.toThrow('there is no account')
      await expect(stepUser('root', data)).rejects.toThrow('must not run as root')
      await expect(stepUser('nobody', data)).rejects.toThrow('nobody cannot get to')
      chmodSync(root, 0o711)
      expect(await stepUser('nobody', data)).toEqual(NOBODY)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
)

it.skipIf(process.getuid?.() === 0)('only root can run steps as somebody else', async () => {
  await expect(stepUser('nobody', tmpdir())).rejects.toThrow('only root can run steps as nobody')
})
