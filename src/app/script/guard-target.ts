import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { openCatalog } from '../../catalog/catalog.js'
import { HeadrigError, isErrno } from '../../core/errors.js'
import type { LakeContext } from '../context.js'

/**
 * Refuses places that no result may replace: a root, a home or working folder, the lake, tables that
 * are written here, and whatever is above one of them or inside of it. Answers the place with links
 * followed.
 * @throws `forbidden` with what it is
 */
export async function checkTarget(
  location: string,
  cwd: string,
  context: LakeContext,
): Promise<string> {
  const target = await real(location)
  if (target === '/' || /^(?:s3|memory):\/\/[^/]*$/.test(target)) {
    throw refused(location, 'it is a root: name a folder in it')
  }
  for (const [folder, what] of [
    [homedir(), 'your home folder'],
    [cwd, 'the working folder'],
  ] as const) {
    if (isWithin(await real(folder), target)) throw refused(location, `it holds ${what}`)
  }
  const lake = await real(lakeLocation(context))
  if (isWithin(lake, target)) throw refused(location, 'it holds the lake')
  if (isWithin(target, lake)) throw refused(location, 'it is inside of the lake')
  for (const { table } of await openCatalog(context.store).entries()) {
    if (!table.written) continue
    const own = await real(table.location)
    if (isWithin(own, target) || isWithin(target, own)) {
      throw refused(
        location,
        `table ${table.name} has its files there: use INSERT INTO or OVERWRITE`,
      )
    }
  }
  return target
}

/** The lake as a location: a path, or a URI. */
export function lakeLocation({ store, lakeUri }: LakeContext): string {
  const path = store.localPath('x')
  return path === undefined ? lakeUri : dirname(path)
}

const isWithin = (place: string, of: string): boolean =>
  place === of || place.startsWith(of === '/' ? of : `${of}/`)

function refused(location: string, why: string): HeadrigError {
  return new HeadrigError('forbidden', `nothing is written to ${location}: ${why}`)
}

/** A path with its links followed, as far as it is there. */
async function real(location: string): Promise<string> {
  if (!location.startsWith('/')) return location.replace(/\/+$/, '')
  try {
    return await realpath(location)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    return join(await real(dirname(location)), basename(location))
  }
}

/** Names that queries give their results: Hive's, Spark's, Athena's and ours. */
const RESULT =
  /^(?:[^/]+=[^/]*\/)*(?:part-[^/]*|\d{6}_\d+[^/]*|\d{8}_\d{6}_\d+_[^/]*|_SUCCESS|_(?:common_)?metadata|_(?:started|committed)_[^/]*|\.[^/]*\.crc)$/
/** What writers keep beside them for a while. */
const PASSING = /^(?:_temporary\/|_headrig-|\.hive-staging)/

/**
 * Refuses to replace what does not look like results of a query.
 * @throws `conflict` with the name of such a file
 */
export function checkReplaceable(location: string, names: readonly string[], force: boolean): void {
  const other = force ? undefined : names.find((name) => !RESULT.test(name) && !PASSING.test(name))
  if (other === undefined) return
  throw new HeadrigError(
    'conflict',
    `${location} holds ${other}, which is no result of a query: write to another place, or replace all of it with --force`,
  )
}

/** @throws `conflict` when there is something already */
export function checkEmpty(location: string, names: readonly string[], remedy: string): void {
  const found = names.find((name) => !/(?:^|\/)[._]/.test(name))
  if (found === undefined) return
  throw new HeadrigError('conflict', `${location} is not empty, it holds ${found}: ${remedy}`)
}
