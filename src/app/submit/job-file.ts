import { access } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { download } from '../../storage/download.js'
import { openStore } from '../../storage/open.js'
import { storeOptions, type LakeContext } from '../context.js'

/**
 * Where a file of a job is on this machine; one in S3 is fetched into the folder.
 * @throws `not-found` when it is not there
 */
export async function jobFile(
  uri: string,
  cwd: string,
  folder: string,
  { settings, signal }: LakeContext,
): Promise<string> {
  const [, root, key] = /^(s3:\/\/[^/]+)\/(.+)$/i.exec(uri) ?? []
  if (root === undefined || key === undefined) {
    const path = resolve(cwd, uri)
    await access(path).catch((error: unknown) => {
      throw new HeadrigError('not-found', `no file ${path}: name a .py or a .jar`, { cause: error })
    })
    return path
  }
  const store = openStore(root, storeOptions(settings))
  const object = await store.head(key)
  if (!object) throw new HeadrigError('not-found', `no object ${uri}: name a .py or a .jar`)
  const path = join(folder, basename(key))
  await download(store, object, path, signal)
  return path
}
