import { resolve } from 'node:path'
import { HeadrigError } from '../core/errors.js'

/**
 * Where files lie, in one spelling and without slashes at the end: `s3://bucket/prefix` (also for `s3a`
 * and `s3n`) or the absolute path of a folder. A relative path is taken from `base`.
 * Throws `invalid` for another scheme.
 * @example cleanLocation('s3a://logs/AWSLogs/', '/') // 's3://logs/AWSLogs'
 */
export function cleanLocation(location: string, base: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(?:\/\/)?(.*)$/is.exec(location) ?? []
  switch (scheme.toLowerCase()) {
    case '':
      if (location === '') break
      return resolve(base, location)
    case 'file':
      return resolve(base, rest.replace(/^\/\/+/, '/'))
    case 's3':
    case 's3a':
    case 's3n':
      if (rest.replaceAll('/', '') === '') break
      return `s3://${rest.replace(/^\/+|\/+$/g, '')}`
    case 'memory':
      return `memory://${rest.replace(/^\/+|\/+$/g, '')}`
  }
  throw new HeadrigError(
    'invalid',
    `location ${JSON.stringify(location)} is no place to read from: write s3://bucket/prefix/ or a folder`,
  )
}

/** A location as a store to open and the prefix in it; a folder is its own store. */
export function storeOf(location: string): { readonly root: string; readonly prefix: string } {
  const [, root, rest = ''] = /^((?:s3|memory):\/\/[^/]+)\/?(.*)$/.exec(location) ?? []
  if (root === undefined) return { root: location, prefix: '' }
  return { root, prefix: rest === '' ? '' : `${rest}/` }
}
