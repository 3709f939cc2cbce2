import type { BigIntStats } from 'node:fs'
import type { StoredObject } from '../store.js'

/** A file as a store's object; its etag changes with its size or modification time. */
export function describeFile(key: string, { size, mtimeNs }: BigIntStats): StoredObject {
  return {
    key,
    size: Number(size),
    etag: `${size.toString(16)}-${mtimeNs.toString(16)}`,
    modified: Number(mtimeNs / 1_000_000n),
  }
}
