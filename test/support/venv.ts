import { execFile } from 'node:child_process'
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url))
const WAIT_MS = 300_000

/**
 * The Python of a virtual environment in `.cache/<name>` that has these packages, built when it is
 * not there; undefined, with the reason printed, when it cannot be. With `CI` set that is an error.
 * @example await pythonWith('moto', ['moto[server]==5.2.5'])
 */
export async function pythonWith(name: string, packages: string[]): Promise<string | undefined> {
  await mkdir(CACHE, { recursive: true })
  // Scripts name their Python by its path: one by a link ends with the link.
  const folder = join(await realpath(CACHE), name)
  const python = join(folder, 'bin', 'python3')
  const wanted = packages.join('\n')
  const isReady = async (): Promise<boolean> =>
    (await readFile(join(folder, 'ready'), 'utf8').catch(() => '')) === wanted
  if (await isReady()) return python
  const unlock = await lock(`${folder}.lock`)
  try {
    if (await isReady()) return python
    await rm(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder])
    await run(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages])
    await writeFile(join(folder, 'ready'), wanted)
    return python
  } catch (error) {
    if (process.env['CI']) throw error
    process.stderr.write(`skipped: cannot install ${wanted} (${String(error).slice(0, 300)})\n`)
    return undefined
  } finally {
    await unlock()
  }
}

/** One process at a time; the lock of a process that is gone is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > deadline) throw error
      const owner = Number(await readFile(path, 'utf8').catch(() => ''))
      if (owner > 0 && !isAlive(owner)) await rm(path, { force: true })
      else await setTimeout(200)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
