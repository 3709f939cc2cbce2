import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedSpark } from '../../../../test/support/spark.js'
import { SparkConnectSession } from './session.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const server = await sharedSpark()
const SECRET = 'not-the-token'
let folder: string
let secure: Server
let ca: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost`
  await promisify(execFile)('openssl', [...made.split(' '), '-keyout', key, '-out', cert])
  ca = await readFile(cert)
  const options = { key: await readFile(key), cert: ca, ALPNProtocols: ['h2'] }
  secure = createServer(options, (socket) => {
    const upstream = connect(server?.port ?? 0, '127.0.0.1')
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
    socket.pipe(upstream).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(secure, 'listening')
})
afterAll(async () => {
  secure.close()
  await rm(folder, { recursive: true, force: true })
})

const failure = async (url: string): Promise<unknown> =>
  SparkConnectSession.connect({ url }).then(
    () => 'connected',
    (error: unknown) => error,
  )

describe.skipIf(!server)('connecting', () => {
  test.each(['', `;token=${SECRET}`])('is refused with %j', async (token) => {
    expect(await failure(`sc://127.0.0.1:${server!.port}/${token}`)).toMatchObject({
      kind: 'unauthenticated',
      message: expect.not.stringContaining(SECRET),
    })
  })

  test('tells that nobody is there', async () => {
    expect(await failure(`sc://127.0.0.1:1/;token=${SECRET}`)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^spark at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/),
    })
  })

  test('goes over TLS to whom the certificate names', async () => {
    const { port } = secure.address() as AddressInfo
    const url = `sc://localhost:${port}/;use_ssl=true;token=${server!.token}`
    const session = await SparkConnectSession.connect({ url, ca })
    try {
      const rows = (await session.query('SELECT 1')).rows()
      for await (const batch of rows) expect(batch).toEqual([[1]])
    } finally {
      await session.close()
    }
    expect(await failure(url)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/certificate/),
    })
    expect(await failure(url.replace(';use_ssl=true', ''))).toMatchObject({ kind: 'unavailable' })
  })

  test('does not speak TLS to a server that does not', async () => {
    expect(
      await failure(`sc://localhost:${server!.port}/;use_ssl=true;token=${SECRET}`),
    ).toMatchObject({ kind: 'unavailable', message: expect.not.stringContaining(SECRET) })
  })

  test('gives messages larger than the limit in parts', async () => {
    const session = await SparkConnectSession.connect({ ...server!, maxMessageBytes: 6 << 20 })
    try {
      const result = await session.query("SELECT repeat('é', 10000000) AS text, 7 AS n")
      for await (const [row] of result.rows()) {
        expect(row?.[0] === 'é'.repeat(10_000_000)).toBe(true)
        expect(row?.[1]).toBe(7)
      }
    } finally {
      await session.close()
    }
  })
})
