import fc from 'fast-check'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../core/sha256.js'
import { signed } from '../../storage/sigv4.js'
import { AuthError } from '../auth-error.js'
import { ROOT, SECRET, testKeys, testReplays } from '../test-support.js'
import type { SignedRequest } from './signed-request.js'
import { verifySigV4, type Verified } from './verify.js'

const now = new Date('2026-11-21T18:47:23Z')
const TARGET = 'ElasticMapReduce.ListClusters'
const options = { service: 'elasticmapreduce', region: 'us-east-1', now }

interface Wish {
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly token?: string
  readonly at?: Date
  readonly service?: string
  readonly region?: string
  readonly secret?: string
  readonly leaveOut?: string
  readonly path?: string
}

/** A request signed as our own client code signs. */
function request(wish: Wish = {}): SignedRequest {
  const body = wish.body ?? '{}'
  const headers: Record<string, string> = {
    host: '127.0.0.1:8040',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': TARGET,
    ...wish.headers,
  }
  const left = wish.leaveOut === undefined ? {} : { [wish.leaveOut]: headers[wish.leaveOut] ?? '' }
  if (wish.leaveOut !== undefined) delete headers[wish.leaveOut]
  const path = wish.path ?? '/'
  const sent = signed({
    service: wish.service ?? options.service,
    region: wish.region ?? options.region,
    method: 'POST',
    path: path.split('/').map(encodeURIComponent).join('/'),
    query: '',
    headers,
    payloadSha256: sha256Hex(body),
    credentials: {
      accessKeyId: ROOT,
      secretAccessKey: wish.secret ?? SECRET,
      ...(wish.token !== undefined && { sessionToken: wish.token }),
    },
    now: wish.at ?? now,
  })
  return {
    method: 'POST',
    target: path,
    rawHeaders: Object.entries({ ...sent, ...left }).flat(),
    body: Buffer.from(body),
  }
}

function verify(r: SignedRequest, replays = testReplays()): Promise<Verified> {
  return verifySigV4(r, testKeys(), { ...options, replays })
}

async function refusal(r: SignedRequest): Promise<string> {
  const error = await verify(r).catch((e: unknown) => e)
  return error instanceof AuthError ? `${error.code}: ${error.message}` : `let in: ${String(error)}`
}

function withHeader(r: SignedRequest, name: string, value: string): SignedRequest {
  const rawHeaders = [...r.rawHeaders]
  const at = rawHeaders.findIndex((h, i) => i % 2 === 0 && h === name)
  rawHeaders[at + 1] = value
  return { ...r, rawHeaders }
}

describe('verifySigV4', () => {
  it('tells who signed', async () => {
    const { principal, replayed } = await verify(request())
    expect([principal.accessKeyId, replayed]).toEqual([ROOT, false])
  })

  it('takes any body, path and header value that AWS’s own library signs', async () => {
    // The library itself loses a parameter that is called __proto__.
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((t) => t !== '__proto__')
    const segment = fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).map(encodeURIComponent)
    const value = fc.stringMatching(/^[!-~]{1,8}( {1,3}[!-~]{1,8})?$/)
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 4 }),
        fc.array(fc.tuple(text, text), { maxLength: 4 }),
        value,
        text,
        async (segments, pairs, agent, body) => {
          const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>
          for (const [k, v] of pairs) (query[k] ??= []).push(v)
          const signer = new SignatureV4({
            credentials: { accessKeyId: ROOT, secretAccessKey: SECRET },
            region: options.region,
            service: options.service,
            sha256: (await import('./smithy-check.js')).Sha256,
          })
          const path = `/${segments.join('/')}`
          const made = await signer.sign(
            {
              method: 'POST',
              protocol: 'https:',
              hostname: 'h',
              path,
              query,
              headers: { host: 'h', 'x-amz-user-agent': agent },
              body,
            },
            { signingDate: now },
          )
          const search = pairs.map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`)
          const { principal } = await verify({
            method: 'POST',
            target: search.length > 0 ? `${path}?${search.join('&')}` : path,
            rawHeaders: Object.entries(made.headers).flat(),
            body: Buffer.from(body),
          })
          expect(principal.accessKeyId).toBe(ROOT)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuses whatever was changed after it was signed', async () => {
    const whole = request({ body: '{"Marker":"m"}' })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.rawHeaders.length / 2 - 1 }),
        fc.nat(),
        async (h, at) => {
          const value = whole.rawHeaders[2 * h + 1] ?? ''
          const i = at % value.length
          const other = value[i] === 'a' ? 'b' : 'a'
          const changed = value.slice(0, i) + other + value.slice(i + 1)
          const r = withHeader(whole, whole.rawHeaders[2 * h] ?? '', changed)
          expect(await refusal(r)).not.toMatch(/^let in/)
        },
      ),
      { numRuns: 100 },
    )
    expect(await refusal({ ...whole, body: Buffer.from('{"Marker":"n"}') })).toMatch(/SHA-256/)
    expect(await refusal({ ...whole, method: 'GET' })).toMatch(/^InvalidSignatureException/)
    expect(await refusal({ ...whole, target: '/?Action=x' })).toMatch(/^InvalidSignatureException/)
  })

  it('refuses by name what is signed for something else, or not at all', async () => {
    const other = request({ secret: 'x'.repeat(40) })
    expect(await refusal(other)).toMatch(/^InvalidSignatureException: The request signature we/)
    const bare = { ...request(), rawHeaders: ['host', 'h'] }
    expect(await refusal(bare)).toMatch(/^MissingAuthenticationTokenException/)
    expect(await refusal(request({ service: 'sts' }))).toMatch(
      /correct service: 'elasticmapreduce'/,
    )
    expect(await refusal(request({ region: 'eu-west-1' }))).toMatch(/valid region: 'us-east-1'/)
    expect(await refusal(request({ leaveOut: 'x-amz-target' }))).toMatch(
      /'x-amz-target' must be a s/,
    )
    expect(await refusal(request({ leaveOut: 'host' }))).toMatch(/'host' must be a signed/)
    expect(await refusal(request({ leaveOut: 'content-type' }))).toMatch(/'content-type' must be/)
    expect(await refusal(request({ token: 'stolen' }))).toMatch(/^UnrecognizedClientException/)
    const presigned = { ...request(), target: '/?X-Amz-Signature=00' }
    expect(await refusal(presigned)).toMatch(/^IncompleteSignature: Presigned/)
    const malformed = withHeader(request(), 'authorization', 'AWS4-HMAC-SHA256 Credential=x')
    expect(await refusal(malformed)).toMatch(/^IncompleteSignature/)
    const basic = withHeader(request(), 'authorization', 'Basic eDp5')
    expect(await refusal(basic)).toMatch(/begins with "Basic"/)
  })

  it('refuses headers of weight that are there twice', async () => {
    for (const name of ['X-Amz-Target', 'Host', 'authorization', 'x-amz-security-token']) {
      const r = request({ token: 'a' })
      const twice = { ...r, rawHeaders: [...r.rawHeaders, name, 'other'] }
      expect(await refusal(twice), name).toMatch(/must be there once/)
    }
  })

  it('has a window of five minutes, either way', async () => {
    const at = (seconds: number): SignedRequest =>
      request({ at: new Date(now.getTime() + seconds * 1000) })
    expect(await refusal(at(-301))).toMatch(/^RequestExpired: Signature expired/)
    expect(await refusal(at(301))).toMatch(/^RequestExpired: Signature not yet current/)
    expect((await verify(at(-299))).replayed).toBe(false)
    expect((await verify(at(299))).replayed).toBe(false)
  })

  it('tells a signature that came before, and refuses it where no two can be equal', async () => {
    const replays = testReplays()
    const told = [await verify(request(), replays), await verify(request(), replays)]
    expect(told.map((t) => t.replayed)).toEqual([false, true])
    const once = request({ headers: { 'amz-sdk-invocation-id': 'e0c1' } })
    expect((await verify(once, replays)).replayed).toBe(false)
    await expect(verify(once, replays)).rejects.toThrow(/received before/)
  })
})
