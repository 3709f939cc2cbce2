import { open, rm } from 'node:fs/promises'
import { fileError } from './file/errors.js'
import { HeadrigError, isKind } from '../core/errors.js'
import { checkFolder, checkKey, checkReadable, checkReadablePrefix, compareKeys } from './key.js'
import { checkRange } from './range.js'
import { S3Connection } from './s3/connection.js'
import { failureOf } from './s3/errors.js'
import { getObject } from './s3/get.js'
import { foldersOf, listPages, objectsOf } from './s3/list.js'
import { describe, type Page } from './s3/list-page.js'
import type { S3Options } from './s3/options.js'
import { protectionOf, type Protection } from './s3/protection.js'
import { uploadFile, type Destination } from './s3/upload.js'
import type { ByteStore, GetOptions, ListOptions, PutOptions, StoredObject } from './store.js'

/**
 * A bucket, or what is below a prefix in it. Nothing is repeated: see `withRetry`.
 * @example s3Store('logs', 'AWSLogs', { region: 'eu-central-1' })
 */
export function s3Store(bucket: string, prefix = '', options: S3Options = {}): ByteStore {
  return new S3Store(bucket, prefix, options)
}

const NOT_CREATED: ReadonlySet<string> = new Set(['PreconditionFailed', 'Http412'])

class S3Store implements ByteStore {
  readonly uri: string
  readonly #bucket: string
  readonly #prefix: string
  readonly #requesterPays: boolean
  readonly #keysPerPage: number
  readonly #connection: S3Connection
  readonly #protection: () => Protection

  constructor(bucket: string, prefix: string, options: S3Options) {
    this.uri = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`
    this.#bucket = bucket
    this.#prefix = prefix === '' ? '' : `${prefix}/`
    this.#requesterPays = options.requesterPays ?? false
    this.#keysPerPage = options.keysPerPage ?? 1000
    this.#connection = new S3Connection(bucket, options)
    this.#protection = () => protectionOf(options)
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    checkReadable(key)
    if (range) checkRange(range)
    if (range && range.start === range.end) return this.#nothingOf(key)
    const name = this.#prefix + key
    const requesterPays = this.#requesterPays
    return this.#connection.run(
      this.#uriOf(key),
      (session) =>
        getObject(this.#connection, session, {
          name,
          requesterPays,
          ...(range && { range }),
          ...(signal && { signal }),
        }),
      signal,
    )
  }

  async put(key: string, bytes: Uint8Array, { metadata }: PutOptions = {}): Promise<void> {
    checkKey(key)
    await this.#connection.run(this.#uriOf(key), ({ client, sdk }) =>
      client.send(
        new sdk.PutObjectCommand({
          ...this.#to(key),
          Body: bytes,
          ...(metadata && { Metadata: metadata }),
        }),
      ),
    )
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    checkKey(key)
    return this.#connection.run(this.#uriOf(key), async ({ client, sdk }) => {
      const put = new sdk.PutObjectCommand({ ...this.#to(key), Body: bytes, IfNoneMatch: '*' })
      try {
        await client.send(put)
        return true
      } catch (error) {
        const { code, status } = failureOf(error)
        if (status === 412 || NOT_CREATED.has(code)) return false
        throw error
      }
    })
  }

  async putFile(key: string, localPath: string): Promise<void> {
    checkKey(key)
    const file = await open(localPath).catch((error: unknown) => {
      throw fileError(error, localPath)
    })
    try {
      await this.#connection.run(this.#uriOf(key), (session) =>
        uploadFile(session, this.#to(key), file),
      )
    } finally {
      await file.close()
    }
    await rm(localPath, { force: true })
  }

  async delete(key: string): Promise<void> {
    checkKey(key)
    await this.#connection.run(this.#uriOf(key), ({ client, sdk }) =>
      client.send(new sdk.DeleteObjectCommand(this.#to(key))),
    )
  }

  async head(key: string): Promise<StoredObject | undefined> {
    checkReadable(key)
    try {
      return await this.#connection.run(this.#uriOf(key), async ({ client, sdk }) => {
        const found = await client.send(new sdk.HeadObjectCommand(this.#to(key)))
        const object = describe(key, found.ContentLength, found.ETag, found.LastModified?.getTime())
        const metadata = found.Metadata ?? {}
        return Object.keys(metadata).length > 0 ? { ...object, metadata } : object
      })
    } catch (error) {
      if (isKind(error, 'not-found')) return undefined
      throw error
    }
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    checkReadablePrefix(prefix)
    for await (const page of this.#pages(prefix, options)) yield* objectsOf(page, this.#prefix)
  }

  async *listFolders(prefix: string, options: ListOptions = {}): AsyncGenerator<string> {
    checkFolder(prefix)
    for await (const page of this.#pages(prefix, options, '/')) {
      for (const object of options.onObject ? objectsOf(page, this.#prefix) : [])
        if (object.key !== prefix) options.onObject?.(object)
      for (const folder of foldersOf(page, this.#prefix))
        if (compareKeys(folder, options.startAfter ?? '') > 0) yield folder
    }
  }

  localPath(): undefined {
    return undefined
  }

  #pages(prefix: string, options: ListOptions, delimiter?: '/'): AsyncGenerator<Page> {
    const after = options.startAfter
    return listPages(this.#connection, this.#uriOf(prefix), options, {
      prefix: this.#prefix + prefix,
      keysPerPage: this.#keysPerPage,
      requesterPays: this.#requesterPays,
      ...(delimiter && { delimiter }),
      ...(after !== undefined && { startAfter: this.#prefix + after }),
    })
  }

  async #nothingOf(key: string): Promise<Uint8Array> {
    if (await this.head(key)) return new Uint8Array(0)
    throw new HeadrigError('not-found', `no object ${this.#uriOf(key)}`)
  }

  #to(key: string): Destination {
    return { ...this.#common(), ...this.#protection(), Key: this.#prefix + key }
  }

  #common(): { Bucket: string; RequestPayer?: 'requester' } {
    return { Bucket: this.#bucket, ...(this.#requesterPays && { RequestPayer: 'requester' }) }
  }

  #uriOf(key: string): string {
    return `${this.uri}/${key}`
  }
}
