import { HeadrigError } from '../../core/errors.js'
import { encodeAws } from '../../core/aws-signature.js'
import type { ListOptions, StoredObject } from '../store.js'
import type { S3Connection, Session } from './connection.js'
import { AnswerError, failureOfAnswer } from './errors.js'
import { signedGet } from './get.js'
import { type Page, parsePage } from './list-page.js'

export interface Listing {
  /** In the bucket, the store's prefix included. */
  readonly prefix: string
  readonly keysPerPage: number
  readonly requesterPays: boolean
  readonly delimiter?: '/'
  readonly startAfter?: string
}

/** The pages of a listing, each one LIST request. */
export async function* listPages(
  connection: S3Connection,
  uri: string,
  { signal, onPage }: ListOptions,
  listing: Listing,
): AsyncGenerator<Page> {
  let token: string | undefined
  for (;;) {
    onPage?.()
    const page = await connection.run(
      uri,
      (session) => getPage(connection, session, uri, listing, token, signal),
      signal,
    )
    yield page
    if (page.next === undefined) return
    if (page.next === token) throw noListing(uri, 'the page after this one is this one')
    token = page.next
  }
}

/** The objects of a page, by their keys below the store's prefix. */
export function* objectsOf({ objects }: Page, prefix: string): Generator<StoredObject> {
  for (const object of objects) {
    const key = object.key.slice(prefix.length)
    if (key !== '') yield prefix === '' ? object : { ...object, key }
  }
}

/** The folders of a page that was asked for with a delimiter. */
export function* foldersOf({ folders }: Page, prefix: string): Generator<string> {
  for (const folder of folders) yield folder.slice(prefix.length)
}

async function getPage(
  connection: S3Connection,
  { address }: Session,
  uri: string,
  { prefix, keysPerPage, requesterPays, delimiter, startAfter }: Listing,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Page> {
  // In the order in which they are signed.
  const query = Object.entries({
    'continuation-token': token,
    delimiter,
    'encoding-type': 'url',
    'list-type': '2',
    'max-keys': String(keysPerPage),
    prefix,
    'start-after': startAfter,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeAws(value)}`]))
  const answer = await signedGet(connection, address, {
    path: address.url.pathname,
    query: query.join('&'),
    headers: requesterPays ? { 'x-amz-request-payer': 'requester' } : {},
    signal,
  })
  const body = Buffer.from(answer.body).toString('utf8')
  if (answer.status !== 200)
    throw new AnswerError(failureOfAnswer(answer.status, answer.headers, body))
  try {
    return parsePage(body)
  } catch (error) {
    throw noListing(uri, (error as Error).message)
  }
}

function noListing(uri: string, why: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `what answers for ${uri} sends no listing of S3 (${why}): check the endpoint`,
  )
}
