import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { HeadrigError } from '../core/errors.js'
import type { ByteStore, StoredObject } from '../storage/store.js'
import { globTest, hasGlob, splitGlob } from './glob.js'

/** Where objects are looked for: a store and what is wanted in it. */
export interface Source {
  /** As the user wrote it. */
  readonly uri: string
  readonly store: ByteStore
  readonly prefix: string
  /** Which keys a glob names. */
  readonly matches?: (key: string) => boolean
  /** The one object that was named. */
  readonly only?: StoredObject
}

/**
 * Resolves what the user wrote: a file, a folder, a glob, `s3://bucket/prefix` or one S3 object.
 * @throws HeadrigError not-found when there is nothing of that name
 */
export async function openSource(uri: string, open: (uri: string) => ByteStore): Promise<Source> {
  const path = localPath(uri)
  if (path === undefined) return openRemote(uri, open)
  if (existsSync(path)) return openLocal(uri, path, open)
  if (hasGlob(path)) {
    const { base, pattern } = splitGlob(path)
    if (existsSync(base))
      return { uri, store: open(realpathSync(base)), prefix: '', matches: globTest(pattern) }
  }
  if (lstatSync(path, { throwIfNoEntry: false })) return openLocal(uri, path, open)
  throw new HeadrigError(
    'not-found',
    `nothing at ${JSON.stringify(uri)}: give a file, a folder, a glob or s3://bucket/prefix`,
  )
}

function localPath(uri: string): string | undefined {
  if (uri.startsWith('file://')) return uri.slice('file://'.length)
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? undefined : resolve(uri)
}

async function openLocal(
  uri: string,
  path: string,
  open: (uri: string) => ByteStore,
): Promise<Source> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    return { uri, store: open(realpathSync(path)), prefix: '' }
  const store = open(realpathSync(dirname(path)))
  const only = (await store.head(basename(path))) ?? {
    key: basename(path),
    size: 0,
    etag: 'absent',
    modified: 0,
  }
  return { uri, store, prefix: '', only }
}

async function openRemote(uri: string, open: (uri: string) => ByteStore): Promise<Source> {
  const [, root, rest = ''] = /^([a-z0-9]+:\/\/[^/]+)\/?(.*)$/i.exec(uri) ?? []
  if (!root)
    throw new HeadrigError(
      'invalid',
      `cannot read ${JSON.stringify(uri)}: write s3://bucket/prefix`,
    )
  const store = open(root)
  if (hasGlob(rest)) {
    const { base, pattern } = splitGlob(rest)
    const prefix = base === '.' ? '' : `${base}/`
    const test = globTest(pattern)
    return { uri, store, prefix, matches: (key) => test(key.slice(prefix.length)) }
  }
  if (rest !== '' && !rest.endsWith('/')) {
    const only = await store.head(rest)
    if (only) return { uri, store, prefix: '', only }
    return { uri, store, prefix: `${rest}/` }
  }
  return { uri, store, prefix: rest }
}
