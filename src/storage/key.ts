import { HeadrigError } from '../core/errors.js'

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Throws `invalid` unless the key is confined to its store: well-formed text without a leading or
 * trailing slash, an empty part, `.`, `..` or NUL.
 */
export function checkKey(key: string): void {
  checkText(key)
  if (key === '') throw refused(key, 'is empty')
  for (const part of key.split('/')) checkPart(key, part)
}

/** As `checkKey`, for a prefix: it may be empty, and its last part may be cut anywhere. */
export function checkPrefix(prefix: string): void {
  checkText(prefix)
  const parts = prefix.split('/')
  for (const part of parts.slice(0, -1)) checkPart(prefix, part)
}

/** As `checkPrefix`, for a place to list folders in: empty, or ending in `/`. */
export function checkFolder(prefix: string): void {
  checkPrefix(prefix)
  if (prefix !== '' && !prefix.endsWith('/'))
    throw refused(prefix, 'does not end in "/" and names no folder')
}

/**
 * As `checkKey`, for reading what others stored: the keys of a bucket may hold empty parts, such as
 * `a//b` or the `a/` that consoles make for a folder.
 */
export function checkReadable(key: string): void {
  if (key === '') throw refused(key, 'is empty')
  checkReadablePrefix(key)
}

/** As `checkReadable`, for a prefix, which may be empty. */
export function checkReadablePrefix(prefix: string): void {
  checkText(prefix)
  for (const part of prefix.split('/')) if (part !== '') checkPart(prefix, part)
}

/**
 * Orders two keys by their UTF-8 bytes, as S3 lists them. Plain `<` compares UTF-16 units and puts
 * the characters beyond U+FFFF too early.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function checkText(key: string): void {
  if (key.includes('\0')) throw refused(key, 'holds a NUL')
  if (LONE_SURROGATE.test(key)) throw refused(key, 'is not well-formed Unicode')
}

function checkPart(key: string, part: string): void {
  if (part === '') throw refused(key, 'has an empty part: write one "/" between parts, none around')
  if (part === '.' || part === '..')
    throw refused(key, `has the part "${part}" and could leave its store`)
}

function refused(key: string, why: string): HeadrigError {
  return new HeadrigError('invalid', `key ${JSON.stringify(key)} ${why}`)
}
