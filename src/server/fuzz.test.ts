import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { standInServer } from '../../test/support/stand-in-server.js'
import { loadModel } from '../wire/load-model.js'

let server: Awaited<ReturnType<typeof standInServer>>
const operations = Object.keys(loadModel('emr').operations)
const RUNS = 200

beforeAll(async () => void (server = await standInServer({ http: { bodyBytes: 1 << 16 } })))
afterAll(() => server.close())

/** The status of an answer to these bytes; 0 when the connection was closed without one. */
function statusOf(bytes: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (data) => (said += data.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 0)))
  })
}

/** A request as bytes; the caller is let in, so that what follows is reached. */
function request(target: string, contentType: string, body: Uint8Array, length = body.length) {
  const head = [
    'POST / HTTP/1.1',
    'Host: x',
    'Connection: close',
    'Authorization: stand-in',
    `X-Amz-Target: ${target}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

const JSON_TYPE = 'application/x-amz-json-1.1'
const name = fc.constantFrom(...operations, 'toString', '__proto__', '')

test('JSON of every kind, whole or damaged, is never answered by 500', async () => {
  const body = fc.oneof(
    fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(60_000).map((depth) => Buffer.from('['.repeat(depth))),
    fc.tuple(fc.json(), fc.nat()).map(([text, at]) => Buffer.from(text.slice(0, at % text.length))),
  )
  await fc.assert(
    fc.asyncProperty(name, body, async (operation, bytes) => {
      const status = await statusOf(request(`ElasticMapReduce.${operation}`, JSON_TYPE, bytes))
      expect([200, 400]).toContain(status)
    }),
    { numRuns: RUNS },
  )
})

test('forms, targets and content types of every kind are never answered by 500', async () => {
  const word = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
  const type = fc.oneof(fc.constantFrom(JSON_TYPE, 'application/x-www-form-urlencoded'), word)
  const target = fc.oneof(
    word,
    name.map((operation) => `ElasticMapReduce.${operation}`),
  )
  await fc.assert(
    fc.asyncProperty(target, type, fc.uint8Array({ maxLength: 200 }), async (to, kind, bytes) => {
      expect([200, 400]).toContain(await statusOf(request(to, kind, bytes)))
    }),
    { numRuns: RUNS },
  )
})

test('bytes that are no HTTP, and lengths that lie, are refused or cut off', async () => {
  const start = fc.constantFrom('', 'POST / HTTP/1.1\r\n', 'POST / HTTP/1.1\r\nHost: x\r\n')
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 400 }), async (line, bytes) => {
      expect(await statusOf(Buffer.concat([Buffer.from(line), bytes]))).toBeLessThan(500)
    }),
    { numRuns: RUNS },
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.nat(100), async (length, named) => {
      const bytes = request('ElasticMapReduce.ListStudios', JSON_TYPE, Buffer.alloc(length), named)
      expect(await statusOf(bytes)).toBeLessThan(500)
    }),
    { numRuns: 50 },
  )
})

test('the server is there after all of it, and has recorded what it looked at', async () => {
  expect((await server.emr('ListReleaseLabels')).status).toBe(200)
  expect(server.entries.length).toBeGreaterThan(RUNS)
  for (const { eventName, error } of server.entries) {
    expect(eventName).toMatch(/^[A-Za-z0-9_.-]{1,128}$/)
    expect(error?.code).not.toBe('InternalFailure')
  }
})
