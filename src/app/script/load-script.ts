import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HeadrigError, isErrno } from '../../core/errors.js'
import { openStore } from '../../storage/open.js'
import { type LakeContext, storeOptions } from '../context.js'

/**
 * The text of a script at a path (relative ones from `cwd`) or at `s3://bucket/key`.
 * @throws `not-found` when it is not there
 */
export async function readScriptFile(
  uri: string,
  cwd: string,
  { settings, signal }: Pick<LakeContext, 'settings' | 'signal'>,
): Promise<string> {
  const [, bucket, key] = /^s3[an]?:\/\/([^/]+)\/(.+)$/i.exec(uri) ?? []
  if (bucket !== undefined && key !== undefined) {
    const store = openStore(`s3://${bucket}`, storeOptions(settings))
    return Buffer.from(await store.get(key, { signal })).toString()
  }
  try {
    return await readFile(resolve(cwd, uri.replace(/^file:\/\//i, '')), 'utf8')
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new HeadrigError('not-found', `there is no script ${uri}`, { cause: error })
  }
}
