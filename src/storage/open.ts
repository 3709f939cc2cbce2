import { HeadrigError } from '../core/errors.js'
import { fileStore } from './file.js'
import { checkFolder } from './key.js'
import { memoryStore } from './memory.js'
import { withRetry, type RetryOptions } from './retry.js'
import type { S3Options } from './s3/options.js'
import { s3Store } from './s3.js'
import type { ByteStore } from './store.js'

// Old buckets may have capitals and underscores.
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,253}[a-z0-9]$/i

export interface StoreOptions extends S3Options {
  /** How failures of S3 are repeated; `false`: not at all. */
  readonly retry?: RetryOptions | false | undefined
}

/**
 * Opens a store by its URI; nothing is read or created yet. A path is taken as it is written: `%20`
 * stays `%20`.
 * @throws `invalid` for another scheme or a URI without its bucket, path or name.
 * @example openStore('./lake')
 * @example openStore('s3://logs/AWSLogs', { region: 'eu-central-1' })
 */
export function openStore(uri: string, options: StoreOptions = {}): ByteStore {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(uri) ?? []
  if (scheme === undefined || rest === undefined) return openPath(uri)
  switch (scheme.toLowerCase()) {
    case 'file':
      return openFileUri(uri, rest)
    case 'memory':
      if (rest === '') throw refused(uri, 'has no name: write memory://name')
      return memoryStore(rest.replace(/\/+$/, ''))
    case 's3':
      return openS3(uri, rest, options)
    default:
      throw refused(
        uri,
        `has the unknown scheme "${scheme}": write a path, file://, s3:// or memory://`,
      )
  }
}

function openPath(path: string): ByteStore {
  if (path === '') throw refused(path, 'is empty: write a path or s3://bucket/prefix')
  if (path.includes('\0')) throw refused(path, 'holds a NUL')
  const [, scheme] = /^(file|s3|memory):/i.exec(path) ?? []
  if (scheme !== undefined)
    throw refused(
      path,
      `lacks its slashes: write ${scheme.toLowerCase()}:// (or ./${path} for a path)`,
    )
  return fileStore(path)
}

function openFileUri(uri: string, rest: string): ByteStore {
  const path = rest.replace(/^localhost(?=\/)/, '')
  if (!path.startsWith('/'))
    throw refused(
      uri,
      `names the host "${path.split('/')[0]}": write file:///path, or the path alone`,
    )
  return openPath(path)
}

function openS3(uri: string, rest: string, { retry = {}, ...s3 }: StoreOptions): ByteStore {
  const [bucket = '', ...parts] = rest.replace(/\/+$/, '').split('/')
  if (bucket === '') throw refused(uri, 'has no bucket: write s3://bucket/prefix')
  if (!BUCKET.test(bucket)) throw refused(uri, `has "${bucket}", which is no name of a bucket`)
  if (parts.length > 0) checkFolder(`${parts.join('/')}/`)
  const store = s3Store(bucket, parts.join('/'), s3)
  return retry === false ? store : withRetry(store, retry)
}

function refused(uri: string, why: string): HeadrigError {
  return new HeadrigError('invalid', `store ${JSON.stringify(uri)} ${why}`)
}
