/** One stored object, as a listing shows it. */
export interface StoredObject {
  /** Relative to the store's root, `/` between the parts, no leading slash. */
  readonly key: string
  readonly size: number
  /** Changes when the content may have changed. S3: the ETag without quotes; files: size and mtime. */
  readonly etag: string
  /** Last modification, milliseconds since the epoch. */
  readonly modified: number
  /** What `put` was given with it; of `head` on S3 only. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface PutOptions {
  /** Kept with the object on S3, by lower-case names; other stores drop it. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface GetOptions {
  /** Half-open byte range; reading past the end yields what is there. */
  readonly range?: { readonly start: number; readonly end: number }
  readonly signal?: AbortSignal
}

export interface ListOptions {
  /** Only keys that sort after this one, in UTF-8 byte order. */
  readonly startAfter?: string
  readonly signal?: AbortSignal
  /** Called before each request that the listing makes (on S3: a LIST call of up to 1000 keys). */
  readonly onPage?: () => void
  /**
   * `listFolders` only: told of the objects that lie directly below the prefix, which the same requests
   * show; of one twice, perhaps, when a request had to be repeated.
   */
  readonly onObject?: (object: StoredObject) => void
}

/**
 * Bytes by key. Keys are confined to the root: one with `..`, an empty part or a leading slash is
 * refused as `invalid`. A missing object is `not-found`; an outage, a timeout, a throttle or a short
 * body is `unavailable` (and worth a retry); denied access is `forbidden`.
 */
export interface ByteStore {
  /** Of the root, without a trailing slash: `file:///data/lake`, `s3://bucket/prefix`, `memory://x`. */
  readonly uri: string
  get(key: string, options?: GetOptions): Promise<Uint8Array>
  /** Replaces the object as a whole: a reader sees the old or the new bytes, never a mixture. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>
  /** Atomic: of several writers exactly one gets `true`; the others get `false` and change nothing. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  /** Takes over a finished local file: moved where it can be, else copied; the local file is gone after. */
  putFile(key: string, localPath: string): Promise<void>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
  /** Undefined when there is no such object. */
  head(key: string): Promise<StoredObject | undefined>
  /** Every object below the prefix, in UTF-8 byte order of the keys. The prefix need not end at a `/`. */
  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject>
  /** The next path parts below a prefix that ends in `/` (or is empty), each ending in `/`. */
  listFolders(prefix: string, options?: ListOptions): AsyncIterable<string>
  /** Where the object is (or would be) on this machine's disk; undefined for a store that is elsewhere. */
  localPath(key: string): string | undefined
}

/** The `file://`, `s3://` or `memory://` URI of one object in a store. */
export function uriOf(store: ByteStore, key: string): string {
  return `${store.uri}/${key}`
}
