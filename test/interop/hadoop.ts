import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installRelease } from '../../src/clusters/install/install-release.js'
import { findRelease } from '../../src/clusters/install/releases.js'
import { sleep } from '../../src/core/concurrency.js'
import { isKind } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import { silentProgress } from '../../src/core/progress.js'

const FOLDER = fileURLToPath(new URL('../../.cache/interop-engines', import.meta.url))
const WAIT_MS = 300_000

/**
 * A folder of engines with the Hadoop that `headrig engine install hadoop` brings, installed by it once; undefined,
 * with the reason printed, when it cannot be had here. With `CI` set that is an error.
 */
export async function hadoopEngines(): Promise<string | undefined> {
  const deadline = Date.now() + WAIT_MS
  const effects = {
    logger: silentLogger,
    progress: silentProgress,
    signal: new AbortController().signal,
  }
  for (;;) {
    try {
      await promisify(execFile)('java', ['-version'])
      const release = findRelease('hadoop', undefined)
      await installRelease({ release, enginesFolder: FOLDER, env: process.env }, effects)
      return FOLDER
    } catch (error) {
      if (isKind(error, 'conflict') && Date.now() < deadline) {
        await sleep(200)
        continue
      }
      if (process.env['CI']) throw error
      process.stderr.write(`skipped: no Hadoop here (${String(error).slice(0, 300)})\n`)
      return undefined
    }
  }
}
