import { execFile } from 'node:child_process'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'

/** The oldest Java that Spark 4 runs on; Hadoop runs on it too. */
export const OLDEST_JAVA = 17

const FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/java']

export interface Java {
  /** What `JAVA_HOME` is to be. */
  readonly home: string
  readonly major: number
}

/**
 * Java 17 or later: `JAVA_HOME`, else `java` on the path, else the usual folders (the oldest that will do).
 * @throws `unavailable` when there is none, or when `JAVA_HOME` names an older one
 * @example (await findJava({ PATH: '/usr/bin' })).major // 17
 */
export async function findJava(env: Environment, folders = FOLDERS): Promise<Java> {
  const given = env['JAVA_HOME']
  if (given) {
    const major = await majorOf(given)
    if (major !== undefined && major >= OLDEST_JAVA) return { home: given, major }
    const found = major === undefined ? 'holds no Java' : `is Java ${major}`
    throw missing(`JAVA_HOME ${JSON.stringify(given)} ${found}`)
  }
  const tooOld: string[] = []
  const accept = async (home: string): Promise<Java | undefined> => {
    const major = await majorOf(home)
    if (major !== undefined && major >= OLDEST_JAVA) return { home, major }
    if (major !== undefined) tooOld.push(`${home} is Java ${major}`)
    return undefined
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const program = await realpath(join(folder, 'java')).catch(() => undefined)
    const found = program && (await accept(dirname(dirname(program))))
    if (found) return found
  }
  const elsewhere: Java[] = []
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      for (const home of [join(folder, name), join(folder, name, 'Contents/Home')]) {
        const found = await accept(home)
        if (found) elsewhere.push(found)
      }
    }
  }
  const [oldest] = elsewhere.toSorted(
    (a, b) => a.major - b.major || a.home.localeCompare(b.home, 'en'),
  )
  if (oldest) return oldest
  throw missing(
    tooOld.length > 0 ? tooOld.join(', ') : `no Java in JAVA_HOME, PATH, ${folders.join(', ')}`,
  )
}

function missing(found: string): HeadrigError {
  return new HeadrigError(
    'unavailable',
    `Java ${OLDEST_JAVA} or later is needed: ${found}; install one (such as openjdk-17-jre-headless) or set JAVA_HOME`,
  )
}

/** From the `release` file that every JDK has; else from the program itself. */
async function majorOf(home: string): Promise<number | undefined> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '')
  const [, written] = /^JAVA_VERSION="([^"]+)"/m.exec(release) ?? []
  if (written !== undefined) return majorVersion(written)
  try {
    const { stderr } = await promisify(execFile)(join(home, 'bin', 'java'), ['-version'], {
      timeout: 20_000,
    })
    return majorVersion(/version "([^"]+)"/.exec(stderr)?.[1] ?? '')
  } catch {
    return undefined
  }
}

/**
 * The release of a Java version.
 * @example majorVersion('1.8.0_402') // 8
 */
export function majorVersion(version: string): number | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? []
  const major = first === '1' ? second : first
  return major === undefined ? undefined : Number(major)
}
