import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3Proxy, internalError, slowDown } from '../../test/support/s3-proxy.js'
import type { ProxiedRequest, ProxyFault, S3Proxy } from '../../test/support/s3-proxy.js'
import { startS3Server } from '../../test/support/s3-server.js'
import { withRetry } from './retry.js'
import type { S3Options } from './s3/options.js'
import { s3Store } from './s3.js'
import type { ByteStore, StoredObject } from './store.js'

const server = await startS3Server()
const bucket = `faults-${randomUUID()}`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const list = async (store: ByteStore): Promise<StoredObject[]> => {
  const all: StoredObject[] = []
  for await (const object of store.list('')) all.push(object)
  return all
}

describe.skipIf(!server)('s3 store when things go wrong', () => {
  let rule: (request: ProxiedRequest) => ProxyFault | undefined = () => undefined
  let proxy: S3Proxy
  let options: S3Options = {}
  const newStore = (more: S3Options = {}): ByteStore =>
    s3Store(bucket, randomUUID(), { ...options, ...more })
  const always = (fault: ProxyFault): void => void (rule = () => fault)

  beforeAll(async () => {
    await server!.createBucket(bucket)
    proxy = await startS3Proxy(server!.endpoint, (request) => rule(request))
    const { region, accessKeyId, secretAccessKey } = server!
    const credentials = { accessKeyId, secretAccessKey }
    options = { endpoint: proxy.endpoint, region, credentials }
  }, 60_000)
  afterAll(async () => {
    await proxy.stop()
    await server!.stop()
  })

  test.each<[string, ProxyFault, RegExp]>([
    ['500', internalError, /500 InternalError/],
    ['503', slowDown, /slow down.*503 SlowDown/],
    ['a throttle', { kind: 'answer', status: 429, code: 'TooManyRequests' }, /429/],
    ['an answer without a body', { kind: 'answer', status: 502, code: '' }, /502/],
    ['a reset', { kind: 'reset' }, /ECONNRESET/],
    ['a short body', { kind: 'short-body' }, /not available|ended before/],
    ['silence', { kind: 'delay', ms: 900 }, /did not answer in time/],
  ])('calls %s unavailable', async (_name, fault, message) => {
    const prefix = randomUUID()
    rule = () => undefined
    await s3Store(bucket, prefix, options).put('a', bytes('some content'))
    const store = s3Store(bucket, prefix, { ...options, timeoutMs: 400 })
    always(fault)
    const unavailable = { kind: 'unavailable', message: expect.stringMatching(message) as string }
    await expect(store.get('a')).rejects.toMatchObject(unavailable)
    if (fault.kind === 'short-body') return
    await expect(store.put('b', bytes('x'))).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(store.putIfAbsent('b', bytes('x'))).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(store.head('a')).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(list(store)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test.each<[string, number, string]>([
    ['AccessDenied', 403, 'forbidden'],
    ['InvalidObjectState', 403, 'forbidden'],
    ['InvalidAccessKeyId', 403, 'unauthenticated'],
    ['SignatureDoesNotMatch', 403, 'unauthenticated'],
    ['ExpiredToken', 400, 'unauthenticated'],
    ['NoSuchBucket', 404, 'not-found'],
    ['KeyTooLongError', 400, 'invalid'],
  ])('calls %s what it is, in every operation', async (code, status, kind) => {
    always({ kind: 'answer', status, code })
    const store = newStore()
    const expected = { kind, message: expect.stringContaining(code) as string }
    await expect(store.get('a')).rejects.toMatchObject(expected)
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject(expected)
    await expect(list(store)).rejects.toMatchObject(expected)
  })

  test('calls a write that meets another one unavailable, so that it is repeated', async () => {
    rule = ({ nth }) =>
      nth === 1 ? { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' } : undefined
    const store = newStore()
    const conflict = {
      kind: 'unavailable',
      message: expect.stringMatching(/another write/) as string,
    }
    await expect(store.putIfAbsent('a', bytes('x'))).rejects.toMatchObject(conflict)
    expect(await withRetry(newStore(), { baseMs: 1 }).putIfAbsent('b', bytes('x'))).toBe(true)
  })

  test('survives a flaky service, exactly once, by retries', async () => {
    const faults: ProxyFault[] = [
      { kind: 'lost-reply' },
      slowDown,
      { kind: 'reset' },
      internalError,
    ]
    let turn = 0
    rule = ({ nth, path }) =>
      nth <= 2 && !path.includes('list-type') ? faults[turn++ % faults.length] : undefined
    const store = withRetry(newStore(), { baseMs: 1 })
    for (let i = 0; i < 8; i++) {
      expect(await store.putIfAbsent(`k${i}`, bytes(`mine ${i}`))).toBe(true)
      expect(await store.putIfAbsent(`k${i}`, bytes('other'))).toBe(false)
      expect(await store.get(`k${i}`)).toEqual(bytes(`mine ${i}`))
    }
    expect((await list(store)).map(({ key }) => key)).toHaveLength(8)
    expect(turn).toBeGreaterThanOrEqual(16)
  })

  test('asks anew when a kept connection had just been closed', async () => {
    rule = () => undefined
    const store = newStore()
    await store.put('a', bytes('x'))
    await store.get('a')
    let closed = 0
    rule = ({ method, nth }) =>
      method === 'GET' && nth === 2 && ++closed > 0 ? { kind: 'reset' } : undefined
    expect(await store.get('a')).toEqual(bytes('x'))
    expect(closed).toBe(1)
  })

  test('stops a request that is under way', async () => {
    rule = () => undefined
    const store = newStore()
    await store.put('a', bytes('x'))
    always({ kind: 'delay', ms: 3000 })
    const reason = new Error('enough')
    const started = performance.now()
    const stopped = (): AbortSignal => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 50)
      return controller.signal
    }
    await expect(store.get('a', { signal: stopped() })).rejects.toBe(reason)
    const listing = store.list('', { signal: stopped() })[Symbol.asyncIterator]()
    await expect(listing.next()).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('follows the bucket to its region', async () => {
    const elsewhere: ProxyFault = {
      kind: 'answer',
      status: 301,
      code: 'PermanentRedirect',
      headers: { 'x-amz-bucket-region': 'eu-central-1' },
    }
    const isThere = ({ headers }: ProxiedRequest): boolean =>
      /\/eu-central-1\/s3\//.test(headers.authorization ?? '')
    rule = (request) => (isThere(request) ? undefined : elsewhere)
    const store = newStore()
    await Promise.all(['a', 'b', 'c'].map((key) => store.put(key, bytes(key))))
    const before = proxy.requests.length
    expect(await store.get('a')).toEqual(bytes('a'))
    expect(await list(store)).toHaveLength(3)
    expect(proxy.requests.length - before).toBe(2)
    const other = newStore()
    await expect(other.get('none')).rejects.toMatchObject({ kind: 'not-found' })
    expect(await list(newStore())).toEqual([])
    expect(await newStore().head('none')).toBeUndefined()
  })

  test('does not chase a bucket in a circle', async () => {
    always({
      kind: 'answer',
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      headers: { 'x-amz-bucket-region': 'ap-south-1' },
    })
    await expect(newStore().get('a')).rejects.toMatchObject({ kind: 'invalid' })
    await expect(list(newStore())).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('agrees to pay where it is told to', async () => {
    rule = () => undefined
    const store = newStore({ requesterPays: true })
    const before = proxy.requests.length
    await store.put('a', bytes('x'))
    await store.get('a')
    await store.head('a')
    await list(store)
    const paid = proxy.requests.slice(before).map(({ headers }) => headers['x-amz-request-payer'])
    expect(paid).toEqual(['requester', 'requester', 'requester', 'requester'])
    await newStore()
      .get('none')
      .catch(() => undefined)
    expect(proxy.requests.at(-1)?.headers['x-amz-request-payer']).toBeUndefined()
  })

  test('says where it found nobody', async () => {
    const store = s3Store('b', '', { ...options, endpoint: 'http://127.0.0.1:9' })
    const nobody = {
      kind: 'unavailable',
      message: expect.stringMatching(/nothing listens.*ECONNREFUSED/) as string,
    }
    await expect(store.get('a')).rejects.toMatchObject(nobody)
    await expect(list(store)).rejects.toMatchObject(nobody)
  })

  test('shows no session token in an error', async () => {
    always({ kind: 'answer', status: 403, code: 'AccessDenied' })
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'the-token' }
    const error = await newStore({ credentials })
      .put('a', bytes('x'))
      .catch((thrown: unknown) => thrown)
    expect(inspect(error, { depth: 20, showHidden: true }).includes('the-token')).toBe(false)
  })
})
