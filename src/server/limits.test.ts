import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { EMR_HEADERS, standInServer } from '../../test/support/stand-in-server.js'
import { SERVER_LIMITS } from '../core/server-limits.js'
import type { AwsOperation } from '../wire/service.js'
import { CONNECTION_LIMITS } from './listen.js'
import { TokenBuckets } from './token-buckets.js'

/** What a server says to these bytes, until it closes. */
function raw(port: number, ...parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(port, '127.0.0.1', () => parts.forEach((part) => socket.write(part)))
    socket.on('data', (data) => (said += data.toString()))
    socket.on('close', () => resolve(said))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(said) : reject(error),
    )
  })
}

const HEAD = `POST / HTTP/1.1\r\nHost: x\r\n${Object.entries(EMR_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}X-Amz-Target: ElasticMapReduce.ListReleaseLabels\r\n`

test('a body that is too large is refused by its named size, and by what comes', async () => {
  const server = await standInServer({ http: { bodyBytes: 1000 } })
  const named = await raw(server.port, `${HEAD}Content-Length: 1001\r\n\r\n`)
  expect(named).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*RequestEntityTooLarge/i)
  const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
  const chunked = await raw(server.port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, chunk, chunk)
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
  expect((await server.emr('ListReleaseLabels', `{}${' '.repeat(998)}`)).status).toBe(200)
  await server.close()
})

test('slow headers and slow bodies are cut off', async () => {
  const limits = { ...CONNECTION_LIMITS, headerTime: 300, requestTime: 600 }
  const server = await standInServer({ listen: { limits } })
  const [header, body] = await Promise.all([
    raw(server.port, 'POST / HTTP/1.1\r\nHost'),
    raw(server.port, `${HEAD}Content-Length: 10\r\n\r\n{`),
  ])
  expect(header).toContain('408 Request Timeout')
  expect(body).toContain('408 Request Timeout')
  expect((await server.emr('ListReleaseLabels')).status).toBe(200)
  await server.close()
})

test('what is no HTTP is refused, and the server stays', async () => {
  const server = await standInServer()
  const answers = await Promise.all([
    raw(server.port, 'hello\r\n\r\n'),
    raw(server.port, `POST / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`),
    raw(server.port, `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`),
    raw(server.port, `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`),
    raw(server.port, `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`),
    raw(server.port, 'POST / HTTP/1.1\r\n\r\n'),
  ])
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
  expect(answers[1]).toContain('431')
  expect((await server.emr('ListReleaseLabels')).status).toBe(200)
  await server.close()
})

test('a client that hangs up in the middle harms nobody', async () => {
  const server = await standInServer()
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`${HEAD}Content-Length: 10\r\n\r\n{`, () => socket.destroy())
    })
    socket.on('close', () => resolve())
  })
  expect((await server.emr('ListReleaseLabels')).status).toBe(200)
  await server.close()
})

test('callers are held to a rate: by address, by key, and sooner when they are not let in', async () => {
  const slow = { burst: 2, perSecond: 0 }
  const codes = async (options: object, headers = {}): Promise<unknown[]> => {
    const server = await standInServer(options)
    const seen: unknown[] = []
    for (let i = 0; i < 4; i++)
      seen.push((await server.emr('ListReleaseLabels', '{}', headers)).json['__type'])
    seen.push(server.entries.length)
    await server.close()
    return seen
  }
  const [ok, no, slower] = [undefined, 'UnrecognizedClientException', 'ThrottlingException']
  expect(await codes({ http: { addressRate: slow } })).toEqual([ok, ok, slower, slower, 2])
  expect(await codes({ pipeline: { keyRate: new TokenBuckets(slow) } })).toEqual([
    ok,
    ok,
    slower,
    slower,
    4,
  ])
  expect(await codes({ http: { refusedRate: slow } }, { authorization: 'x' })).toEqual([
    no,
    no,
    slower,
    slower,
    2,
  ])
})

test('tokens come back with time, each caller has its own', () => {
  const buckets = new TokenBuckets({ burst: 2, perSecond: 10 })
  const take = (caller: string, now: number): boolean => buckets.take(caller, now)
  expect([take('a', 0), take('a', 0), take('a', 0), take('b', 0)]).toEqual([
    true,
    true,
    false,
    true,
  ])
  expect([take('a', 99), take('a', 101), take('a', 101)]).toEqual([false, true, false])
  expect([buckets.has('a', 5000), take('a', 5000), take('a', 5000), take('a', 5000)]).toEqual([
    true,
    true,
    true,
    false,
  ])
})

test('a stop waits for calls that run, and says that it is stopping', async () => {
  let finish = (): void => undefined
  const running = new Promise<void>((resolve) => (finish = resolve))
  const entered = deferred()
  const server = await standInServer({
    operations: {
      ListClusters: {
        readOnly: true,
        access: () => [],
        run: async () => {
          entered.resolve()
          await running
          return {}
        },
      },
    },
  })
  const call = server.emr('ListClusters')
  await entered.promise
  server.drain()
  expect((await fetch(`${server.url}ready`)).status).toBe(503)
  const closed = server.close(10_000)
  finish()
  const { status, headers } = await call
  expect([status, headers.get('connection')]).toEqual([200, 'close'])
  await closed
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
})

test('a call that takes too long is answered, told to end, and recorded', async () => {
  const ended: string[] = []
  const endless = (readOnly: boolean): AwsOperation => ({
    readOnly,
    access: () => [],
    run: (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push((signal.reason as Error).name)
          reject(new Error('too late to be told'))
        })
      }),
  })
  const server = await standInServer({
    pipeline: { callTime: 50 },
    operations: { ListClusters: endless(true), AddTags: endless(false) },
  })
  const read = await server.emr('ListClusters')
  expect([read.status, read.json['__type']]).toEqual([503, 'ServiceUnavailable'])
  const write = await server.emr('AddTags', '{"ResourceId":"j-1","Tags":[]}')
  // Clients do not try a 400 again: it may have been done.
  expect([write.status, write.json['__type']]).toEqual([400, 'OperationTimedOutException'])
  expect(server.entries.map(({ error }) => error?.code)).toEqual([
    'ServiceUnavailable',
    'OperationTimedOutException',
  ])
  expect(ended).toEqual(['AwsError', 'AwsError'])
  await server.close()
})

test('an operation is told when its client hangs up', async () => {
  const [entered, told] = [deferred(), deferred()]
  const server = await standInServer({
    operations: {
      ListClusters: {
        readOnly: true,
        access: () => [],
        run: (_input, { signal }) => {
          entered.resolve()
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              told.resolve()
              resolve({})
            }),
          )
        },
      },
    },
  })
  const gone = new AbortController()
  const call = fetch(server.url, {
    method: 'POST',
    headers: { ...EMR_HEADERS, 'x-amz-target': 'ElasticMapReduce.ListClusters' },
    body: '{}',
    signal: gone.signal,
  })
  await entered.promise
  gone.abort()
  await expect(call).rejects.toThrow('aborted')
  await told.promise
  await server.close()
})

test('the manual has every limit, with its default', async () => {
  const rows = (await readFile('docs/server.md', 'utf8')).split('\n')
  for (const { key, env, initial, show } of Object.values(SERVER_LIMITS)) {
    const row = rows.find((line) => line.startsWith(`| \`${key}\``)) ?? ''
    const cells = row.split('|').map((cell) => cell.trim())
    expect([key, cells[2], cells[3]]).toEqual([key, `\`${env[0]}\``, show(initial({}, '/'))])
  }
})

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
