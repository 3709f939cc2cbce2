import { copyFile, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { Progress } from '../../core/progress.js'
import { formatSize } from '../../core/size.js'
import { lockFile } from '../file-lock.js'
import { isPinned } from './checked-file.js'
import { download } from './download.js'
import { installedEngines, MARKER, type InstalledEngine } from './installed.js'
import type { EngineRelease, PinnedFile } from './release.js'
import { linkIn, mavenRepository, pythonIndex, type Source } from './source.js'
import { unpackSpark } from './unpack.js'

export interface InstallOptions {
  readonly release: EngineRelease
  readonly enginesFolder: string
  /** An index of Python packages, instead of the one that pip uses. */
  readonly indexUrl?: string | undefined
  /** A Maven repository, instead of Central or its mirror. */
  readonly mavenUrl?: string | undefined
  /** A folder with files that were brought by hand: taken when their sums are right. */
  readonly from?: string | undefined
  readonly env: Environment
}

export interface InstallEffects {
  readonly logger: Logger
  readonly progress: Progress
  readonly signal: AbortSignal
}

export interface InstallOutcome {
  readonly engine: InstalledEngine
  /** False when it was there already. */
  readonly fresh: boolean
}

/**
 * Installs an engine into a folder of its own: every file is checked against a pinned SHA-256, the folder appears
 * when it is whole. What was downloaded stays until then, so that a second run goes on.
 * @throws `unavailable` when files cannot be had or the disk is full; `conflict` while another process installs
 */
export async function installRelease(
  options: InstallOptions,
  effects: InstallEffects,
): Promise<InstallOutcome> {
  const { release, enginesFolder } = options
  const id = `${release.engine}-${release.version}`
  await mkdir(enginesFolder, { recursive: true })
  const unlock = await lockFile(join(enginesFolder, '.lock'), 0)
  try {
    const present = await engineOf(enginesFolder, id)
    if (present) return { engine: present, fresh: false }
    await checkSpace(release, enginesFolder)
    const downloads = join(enginesFolder, '.downloads')
    await mkdir(downloads, { recursive: true })
    const files = await obtain(options, downloads, effects)
    effects.progress.update({ phase: 'unpack' })
    const fresh = join(enginesFolder, `.fresh-${id}`)
    await rm(fresh, { recursive: true, force: true })
    if (files.archive === undefined) await mkdir(join(fresh, 'jars'), { recursive: true })
    else await unpackSpark(files.archive, fresh, release.version, effects.signal)
    for (const jar of files.jars) await copyFile(jar, join(fresh, 'jars', basename(jar)))
    const marker = {
      version: release.version,
      installedAt: new Date().toISOString(),
      bytes: release.unpackedBytes,
    }
    await writeFile(join(fresh, MARKER), `${JSON.stringify(marker, null, 2)}\n`)
    effects.signal.throwIfAborted()
    await rm(join(enginesFolder, id), { recursive: true, force: true })
    await rename(fresh, join(enginesFolder, id))
    await rm(downloads, { recursive: true, force: true })
    const engine = await engineOf(enginesFolder, id)
    if (!engine) throw new HeadrigError('internal', `${id} is gone right after it was installed`)
    return { engine, fresh: true }
  } finally {
    effects.progress.done()
    await unlock()
  }
}

async function engineOf(folder: string, id: string): Promise<InstalledEngine | undefined> {
  return (await installedEngines(folder)).find((engine) => engine.id === id)
}

async function checkSpace(release: EngineRelease, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const needed = release.unpackedBytes + totalOf(release)
  if (bavail * bsize < needed)
    throw new HeadrigError(
      'unavailable',
      `${folder} has ${formatSize(bavail * bsize)} left and ${formatSize(needed)} are needed: make room, or set another folder by --data`,
    )
}

function totalOf({ archive, jars }: EngineRelease): number {
  return [...(archive ? [archive] : []), ...jars].reduce((sum, file) => sum + file.bytes, 0)
}

async function obtain(
  options: InstallOptions,
  downloads: string,
  { logger, progress, signal }: InstallEffects,
): Promise<{ readonly archive: string | undefined; readonly jars: readonly string[] }> {
  const { release, env } = options
  const got = new Map<string, number>()
  const total = totalOf(release)
  const count = (file: PinnedFile) => (bytes: number) => {
    got.set(file.path, bytes)
    const done = [...got.values()].reduce((sum, n) => sum + n, 0)
    progress.update({ phase: 'download', bytes: { done, total } })
  }
  const fetchOne = async (
    file: PinnedFile,
    places: readonly string[],
    locate: () => Promise<{ readonly source: Source; readonly url: URL }>,
  ): Promise<string> => {
    for (const place of places) {
      if (!(await isPinned(place, file, signal))) continue
      logger.debug('taking a file that is here', { path: place })
      count(file)(file.bytes)
      return place
    }
    const path = join(downloads, basename(file.path))
    if (await isPinned(path, file, signal)) return path
    const from = await locate()
    logger.debug('downloading', { file: file.path, from: from.source.base })
    await download({ ...from, pinned: file, path, onBytes: count(file), signal })
    return path
  }
  const brought = options.from === undefined ? [] : await filesIn(options.from)
  const near = (file: PinnedFile) => brought.filter((p) => basename(p) === basename(file.path))
  const local = join(env['HOME'] || homedir(), '.m2', 'repository')
  const packed = release.archive
  const archive =
    packed && (await fetchOne(packed, near(packed), () => locateArchive(packed, options, signal)))
  const maven = await mavenRepository(options.mavenUrl, env)
  const jars = await mapLimit(release.jars, 4, (jar) =>
    fetchOne(jar, [...near(jar), join(local, jar.path)], async () => ({
      source: maven,
      url: new URL(jar.path, maven.base),
    })),
  )
  return { archive, jars }
}

async function locateArchive(
  archive: PinnedFile,
  { indexUrl, env }: InstallOptions,
  signal: AbortSignal,
): Promise<{ readonly source: Source; readonly url: URL }> {
  const source = await pythonIndex(indexUrl, env)
  const [project = '', file = ''] = archive.path.split('/')
  const page = new URL(`${project}/`, source.base)
  const headers = {
    accept: 'text/html',
    ...(source.authorization !== undefined && { authorization: source.authorization }),
  }
  let answer: Response
  try {
    answer = await fetch(page, { headers, signal })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw new HeadrigError(
      'unavailable',
      `cannot reach ${page.origin}: name an index by --index-url, or give the files by --from`,
      { cause: error },
    )
  }
  if (!answer.ok)
    throw new HeadrigError('unavailable', `${page.origin}${page.pathname} answers ${answer.status}`)
  return { source, url: linkIn(await answer.text(), new URL(answer.url || page), file) }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder, { recursive: true })
    return names.map((name) => join(folder, name))
  } catch (error) {
    throw new HeadrigError('not-found', `cannot read --from ${folder}`, { cause: error })
  }
}
