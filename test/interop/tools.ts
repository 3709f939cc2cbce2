import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pythonWith } from '../support/venv.js'
import { DELTA_JARS, PYTHON_PACKAGES } from './versions.js'

const run = promisify(execFile)
const JARS = fileURLToPath(new URL('../../.cache/interop-jars', import.meta.url))

/** What runs delta-rs and Spark; undefined, with the reason printed, when it cannot be had here. */
export async function interopTools(): Promise<
  { readonly python: string; readonly jars: readonly string[] } | undefined
> {
  try {
    await run('java', ['-version'])
    const python = await pythonWith('interop-python', PYTHON_PACKAGES)
    return python === undefined
      ? undefined
      : { python, jars: await Promise.all(DELTA_JARS.map(jar)) }
  } catch (error) {
    if (process.env['CI']) throw error
    process.stderr.write(`skipped: no Spark here (${String(error).slice(0, 300)})\n`)
    return undefined
  }
}

async function jar(coordinates: string): Promise<string> {
  const [, name, version] = coordinates.split(':')
  const file = `${name}-${version}.jar`
  const path = join(JARS, file)
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return path
  const fresh = join(JARS, `${process.pid}-${file}`)
  await mkdir(fresh, { recursive: true })
  try {
    await run('mvn', [
      '-q',
      'dependency:copy',
      `-Dartifact=${coordinates}`,
      `-DoutputDirectory=${fresh}`,
    ])
    await rename(join(fresh, file), path)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return path
}
