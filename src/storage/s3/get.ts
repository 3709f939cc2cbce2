import type { GetOptions } from '../store.js'
import type { Address } from './address.js'
import type { S3Connection, Session } from './connection.js'
import { AnswerError, failureOfAnswer } from './errors.js'
import { type HttpAnswer, httpGet } from './http-get.js'
import { encodeKey, signGet } from './sign.js'

export interface ObjectToGet extends GetOptions {
  /** In the bucket, the store's prefix included. */
  readonly name: string
  readonly requesterPays: boolean
}

/** GetObject without the SDK, which costs ten times as much CPU. */
export async function getObject(
  connection: S3Connection,
  { address }: Session,
  { name, range, requesterPays, signal }: ObjectToGet,
): Promise<Uint8Array> {
  const { pathname } = address.url
  const answer = await signedGet(connection, address, {
    path: `${pathname === '/' ? '' : pathname}/${encodeKey(name)}`,
    query: '',
    headers: {
      ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
      ...(requesterPays && { 'x-amz-request-payer': 'requester' }),
    },
    signal,
  })
  if (answer.status === 206) return answer.body
  if (answer.status === 200) return answer.body.subarray(range?.start, range?.end)
  if (answer.status === 416) return new Uint8Array(0)
  const body = Buffer.from(answer.body).toString('utf8')
  throw new AnswerError(failureOfAnswer(answer.status, answer.headers, body))
}

export interface WhatToGet {
  /** Percent-encoded, as the query, whose parts are in the order of their names. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

/** A signed GET, whatever the answer. */
export async function signedGet(
  connection: S3Connection,
  address: Address,
  { path, query, headers, signal }: WhatToGet,
): Promise<HttpAnswer> {
  const { url, region } = address
  const signed = signGet({
    host: url.host,
    path,
    query,
    headers,
    region,
    credentials: await address.credentials(),
    now: new Date(),
  })
  return httpGet({
    url,
    path: query === '' ? path : `${path}?${query}`,
    headers: signed,
    agent: connection.agentFor(url),
    timeoutMs: connection.timeoutMs,
    signal,
  })
}
