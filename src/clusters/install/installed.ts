import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'

/** Lies in the folder of each engine that was installed whole. */
export const MARKER = 'headrig-engine.json'

/** What the marker says, and where it lies. */
export interface InstalledEngine {
  /** Such as `spark-4.2.0`: the name of its folder. */
  readonly id: string
  readonly version: string
  readonly folder: string
  readonly installedAt: string
  readonly bytes: number
}

/** The engines in a folder of engines. */
export async function installedEngines(enginesFolder: string): Promise<readonly InstalledEngine[]> {
  const names = (await readdir(enginesFolder).catch(() => [])).filter((n) => !n.startsWith('.'))
  const found = await Promise.all(names.map((id) => readMarker(enginesFolder, id)))
  return found.flat().toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
}

/**
 * Removes an engine; a cluster that still uses it fails. Gives what was removed.
 * @throws `not-found` for one that is not installed
 */
export async function removeEngine(id: string, enginesFolder: string): Promise<InstalledEngine> {
  const installed = await installedEngines(enginesFolder)
  const found = installed.find((engine) => engine.id === id)
  if (!found) {
    const ids = installed.map((engine) => engine.id)
    const are = ids.length > 0 ? `: there are ${ids.join(', ')}` : ': there is none'
    throw new HeadrigError(
      'not-found',
      `no engine ${JSON.stringify(id)} is installed${didYouMean(id, ids) || are}`,
    )
  }
  const doomed = join(enginesFolder, `.removed-${id}-${process.pid}`)
  await rename(found.folder, doomed)
  await rm(doomed, { recursive: true, force: true })
  return found
}

async function readMarker(enginesFolder: string, id: string): Promise<InstalledEngine[]> {
  const folder = join(enginesFolder, id)
  try {
    const marker = JSON.parse(await readFile(join(folder, MARKER), 'utf8')) as {
      readonly version: string
      readonly installedAt: string
      readonly bytes: number
    }
    return [{ id, folder, ...marker }]
  } catch {
    return []
  }
}
