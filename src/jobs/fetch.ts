import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HeadrigError } from '../core/errors.js'
import { formatSize } from '../core/size.js'
import { download } from '../storage/download.js'
import type { CommandCall } from './commands/command.js'

/** The server fetches them, on its own disk. */
const MOST_BYTES = 4 * 2 ** 30

/**
 * Where a file that a step names is on this machine: one in S3 is fetched into a folder of the step, with the
 * credentials of its role; a path starts from where the step starts.
 * @param uri `s3://bucket/key`, also `s3a` and `s3n`, `file:///path` or a path
 * @param into the folder's name below the step's own
 * @throws HeadrigError `not-found` for an object that is not there, `invalid` for other places and for what is too large
 */
export async function fetchFile(uri: string, into: string, call: CommandCall): Promise<string> {
  const [, bucket, key] = /^s3[an]?:\/\/([^/]+)\/(.*[^/])$/i.exec(uri) ?? []
  if (bucket === undefined || key === undefined) return localPath(uri, call.folder)
  const store = call.context.open(`s3://${bucket}`, call.spec)
  const object = await store.head(key)
  if (!object)
    throw new HeadrigError('not-found', `there is no object ${uri}: see its bucket and key`)
  if (object.size > MOST_BYTES)
    throw new HeadrigError(
      'invalid',
      `${uri} has ${formatSize(object.size)}: programs and their files may have ${formatSize(MOST_BYTES)}`,
    )
  const folder = join(call.folder, into)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, basename(key))
  const here = store.localPath(key)
  await (here === undefined ? download(store, object, path, call.signal) : copyFile(here, path))
  await chmod(path, 0o700)
  return path
}

function localPath(uri: string, folder: string): string {
  if (/^file:\/\/(?:localhost)?\//i.test(uri))
    return fileURLToPath(uri.replace(/^file:\/\/localhost/i, 'file://'))
  const plain = uri.replace(/^file:(?=\/)/i, '')
  if (isAbsolute(plain)) return plain
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri))
    throw new HeadrigError(
      'invalid',
      `cannot fetch ${uri}: give s3://bucket/key, file:///path or a path`,
    )
  return resolve(folder, uri)
}
