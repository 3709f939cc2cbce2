import { timingSafeEqual } from 'node:crypto'
import { sha256Hex } from '../../core/sha256.js'
import { AuthError } from '../auth-error.js'
import type { Principal } from '../principal.js'
import { parseAuthorization, type Authorization } from './authorization.js'
import type { Checked } from './checked.js'
import { ownSignature } from './own-check.js'
import type { Replays } from './replays.js'
import { headersOf, parseTarget, type SignedRequest, type Target } from './signed-request.js'
import { dateOf, smithySignature } from './smithy-check.js'

/** Who has a key, and the secret that goes with it. */
export interface SigningCredential {
  readonly secret: string
  readonly principal: Principal
}

/** Where secrets are looked up. */
export interface KeySource {
  /** Throws an AuthError for a key that is unknown, disabled or expired, or a token that is not its own. */
  find(accessKeyId: string, sessionToken: string | undefined, now: Date): SigningCredential
}

export interface VerifyOptions {
  /** That the request must be signed for. */
  readonly service: string
  readonly region: string
  readonly now: Date
  readonly replays: Replays
}

export interface Verified {
  readonly principal: Principal
  /** The very same signature came before: an equal call in the same second, or a replay. */
  readonly replayed: boolean
}

/** How far the clock of a client may be off, either way. */
export const WINDOW_MS = 300_000

/** That must be signed when they are there. */
const SIGNED_WHEN_THERE = /^(?:content-type|x-amz-.*)$/

/**
 * Finds out who sent a request by its AWS Signature Version 4 in `Authorization`. Two checks that
 * share nothing but hashes must come to the same signature. A signature that comes again is
 * refused when it covers an `amz-sdk-invocation-id`, of which no two are equal; else it is told.
 * @throws AuthError
 * @example await verifySigV4({ method, target, rawHeaders, body }, keys, { service: 'elasticmapreduce', region: 'us-east-1', now: new Date(), replays: new Replays(2 * WINDOW_MS) })
 */
export async function verifySigV4(
  request: SignedRequest,
  keys: KeySource,
  { service, region, now, replays }: VerifyOptions,
): Promise<Verified> {
  const target = parseTarget(request.target)
  const all = headersOf(request.rawHeaders)
  refusePresigned(target, all)
  const authorization = parseAuthorization(all.get('authorization'))
  const headers = signedHeaders(request, authorization)
  const stamp = stampOf(all, authorization, now)
  if (authorization.service !== service)
    throw new AuthError('mismatch', `Credential should be scoped to correct service: '${service}'.`)
  if (authorization.region !== region)
    throw new AuthError('mismatch', `Credential should be scoped to a valid region: '${region}'.`)
  const payloadSha256 = sha256Hex(request.body)
  checkPayload(all.get('x-amz-content-sha256'), payloadSha256)
  const { accessKeyId, day, signature } = authorization
  const token = all.get('x-amz-security-token')
  const { secret, principal } = keys.find(accessKeyId, token, now)
  const scope = `${day}/${region}/${service}/aws4_request`
  const parts = { request, target, headers, payloadSha256, region, service, scope, stamp }
  const checked: Checked = { ...parts, accessKeyId, secret }
  const isOwn = isEqual(ownSignature(checked), signature)
  const isSmithys = isEqual(await smithySignature(checked), signature)
  if (!isOwn || !isSmithys)
    throw new AuthError(
      'mismatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  const replayed = replays.seen(signature, now)
  if (replayed && authorization.signedHeaders.includes('amz-sdk-invocation-id'))
    throw new AuthError('mismatch', 'This signed request was received before: sign it again')
  return { principal, replayed }
}

function refusePresigned(target: Target, headers: ReadonlyMap<string, string>): void {
  const isPresigned = target.query.some(([name]) =>
    /^x-amz-(?:signature|algorithm|credential)$/i.test(name),
  )
  if (isPresigned)
    throw new AuthError(
      'incomplete',
      'Presigned URLs are not supported: sign the request in its Authorization header',
    )
  if (headers.has('x-amz-region-set'))
    throw new AuthError('incomplete', 'Signature Version 4A is not supported: use AWS4-HMAC-SHA256')
}

/** The signed headers with their values; what gives the request its meaning must be among them. */
function signedHeaders(
  { rawHeaders }: SignedRequest,
  { signedHeaders: names }: Authorization,
): readonly (readonly [string, string])[] {
  const headers = headersOf(rawHeaders, names)
  const signed = new Set(names)
  for (const name of ['host', 'x-amz-date'])
    if (!signed.has(name))
      throw new AuthError('incomplete', `Header '${name}' must be a signed header`)
  for (const name of headers.keys())
    if (SIGNED_WHEN_THERE.test(name) && !signed.has(name))
      throw new AuthError('incomplete', `Header '${name}' must be a signed header`)
  return names.map((name) => {
    const value = headers.get(name)
    if (value === undefined)
      throw new AuthError('incomplete', `Signed header '${name}' is not in the request`)
    return [name, value]
  })
}

/** The request's time, which must be near and of the day that the key is for. */
function stampOf(headers: ReadonlyMap<string, string>, { day }: Authorization, now: Date): string {
  const stamp = headers.get('x-amz-date') ?? ''
  const date = dateOf(stamp)
  if (!/^\d{8}T\d{6}Z$/.test(stamp) || Number.isNaN(date.getTime()))
    throw new AuthError('incomplete', 'Date must be in ISO-8601 basic format: x-amz-date')
  if (!stamp.startsWith(day))
    throw new AuthError(
      'mismatch',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${stamp.slice(0, 8)}'.`,
    )
  const apart = date.getTime() - now.getTime()
  if (Math.abs(apart) <= WINDOW_MS) return stamp
  const here = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  throw new AuthError(
    'expired',
    apart < 0
      ? `Signature expired: ${stamp} is more than 5 minutes earlier than ${here}`
      : `Signature not yet current: ${stamp} is more than 5 minutes later than ${here}`,
  )
}

/** The hash that the client names is signed, so it must be that of what came. */
function checkPayload(named: string | undefined, payloadSha256: string): void {
  if (named === undefined || named === payloadSha256) return
  throw new AuthError(
    'mismatch',
    /^(?:STREAMING-|UNSIGNED-)/.test(named)
      ? `x-amz-content-sha256 ${JSON.stringify(named.slice(0, 60))} is not supported: sign the whole body`
      : 'x-amz-content-sha256 is not the SHA-256 of the body that was received',
  )
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
