import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HeadrigError } from '../../core/errors.js'
import { openStore, type StoreOptions } from '../../storage/open.js'
import type { ByteStore } from '../../storage/store.js'

/** A place of S3 or of this machine. */
export interface Place {
  /** The bucket, or the root of this machine's files. */
  readonly store: ByteStore
  /** Of the bucket: `s3://bucket`; of files: nothing. */
  readonly root: string
  /** Below the root, without slashes around. */
  readonly key: string
}

/**
 * Where a URI points.
 * @throws HeadrigError `invalid` for other schemes
 * @example openPlace('s3://logs/in/', '/', {}).key // 'in'
 */
export function openPlace(uri: string, cwd: string, options: StoreOptions): Place {
  const [, bucket, key = ''] = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/i.exec(uri) ?? []
  if (bucket !== undefined) {
    const root = `s3://${bucket}`
    return { store: openStore(root, options), root, key: key.replace(/^\/+|\/+$/g, '') }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri) && !/^file:/i.test(uri))
    throw new HeadrigError(
      'invalid',
      `cannot copy ${uri}: give s3://bucket/prefix, file:///path or a path`,
    )
  const path = resolve(
    cwd,
    uri.startsWith('file://') ? fileURLToPath(uri) : uri.replace(/^file:/i, ''),
  )
  return { store: openStore('file:///'), root: '', key: path.replace(/^\/+|\/+$/g, '') }
}

/** The URI of an object of a place's store. */
export function uriAt({ root }: Pick<Place, 'root'>, key: string): string {
  return `${root}/${key}`
}
