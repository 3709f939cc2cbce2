import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import type { ListOptions, StoredObject } from '../store.js'
import type { S3Connection } from './connection.js'

export type Page = ListObjectsV2CommandOutput

/** The pages of a listing, each one LIST request. */
export async function* listPages(
  connection: S3Connection,
  uri: string,
  { signal, onPage }: ListOptions,
  what: ListObjectsV2CommandInput,
): AsyncGenerator<Page> {
  let input = { ...what, EncodingType: 'url' as const }
  for (;;) {
    onPage?.()
    const page = await connection.run(
      uri,
      ({ client, sdk }) =>
        client.send(new sdk.ListObjectsV2Command(input), signal ? { abortSignal: signal } : {}),
      signal,
    )
    yield page
    if (!page.IsTruncated || page.NextContinuationToken === undefined) return
    input = { ...input, ContinuationToken: page.NextContinuationToken }
  }
}

/** The objects of a page, by their keys below the store's prefix. */
export function* objectsOf(page: Page, prefix: string): Generator<StoredObject> {
  for (const { Key = '', Size, ETag, LastModified } of page.Contents ?? []) {
    const key = decode(page, Key).slice(prefix.length)
    if (key !== '') yield describe(key, Size, ETag, LastModified)
  }
}

/** The folders of a page that was asked for with a delimiter. */
export function* foldersOf(page: Page, prefix: string): Generator<string> {
  for (const { Prefix = '' } of page.CommonPrefixes ?? [])
    yield decode(page, Prefix).slice(prefix.length)
}

export function describe(
  key: string,
  size: number | undefined,
  etag: string | undefined,
  modified: Date | undefined,
): StoredObject {
  return {
    key,
    size: size ?? 0,
    etag: (etag ?? '').replaceAll('"', ''),
    modified: modified?.getTime() ?? 0,
  }
}

// Keys may hold characters that XML cannot: they are asked for, and come, percent-encoded.
function decode({ EncodingType }: Page, text: string): string {
  return EncodingType === 'url' ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}
