import * as grpc from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConnectProxy, type ConnectProxy } from './connect-proxy.js'

const PASSWORD = 'p'.repeat(43)
const TOKEN = 'the-token-of-the-cluster'
const raw = {
  requestSerialize: (bytes: Buffer) => bytes,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Buffer) => bytes,
  responseDeserialize: (bytes: Buffer) => bytes,
}
const server = new grpc.Server()
let port: number
let proxy: ConnectProxy
let client: grpc.Client

beforeAll(async () => {
  const method = (path: string, responseStream: boolean) => ({
    path,
    requestStream: false,
    responseStream,
    ...raw,
  })
  server.addService(
    { many: method('/test/many', true), fail: method('/test/fail', false) },
    {
      many(call: grpc.ServerWritableStream<Buffer, Buffer>) {
        const [authorization] = call.metadata.get('authorization')
        call.write(Buffer.from(String(authorization)))
        for (let i = 0; i < 300; i++) call.write(Buffer.alloc(10_000, i))
        const trailers = new grpc.Metadata()
        trailers.set('rows', '300')
        call.end(trailers)
      },
      fail: (_call: unknown, answer: grpc.sendUnaryData<Buffer>) =>
        answer({ code: grpc.status.INVALID_ARGUMENT, details: 'no such table' }),
    },
  )
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  proxy = await openConnectProxy({
    port: 0,
    targetOf: async (password) => {
      if (password === 'd'.repeat(43)) throw new Error('Spark did not start')
      return password === PASSWORD ? { host: '127.0.0.1', port, token: TOKEN } : undefined
    },
  })
  client = new grpc.Client(`127.0.0.1:${proxy.port}`, grpc.credentials.createInsecure())
})
afterAll(async () => {
  client.close()
  await proxy.close()
  server.forceShutdown()
})

async function call(name: string, password?: string) {
  const metadata = new grpc.Metadata()
  if (password !== undefined) metadata.set('authorization', `Bearer ${password}`)
  const { requestSerialize, responseDeserialize } = raw
  const stream = client.makeServerStreamRequest(
    `/test/${name}`,
    requestSerialize,
    responseDeserialize,
    Buffer.from('x'),
    metadata,
  )
  const chunks: Buffer[] = []
  const ended = new Promise<grpc.StatusObject>((resolve) => stream.once('status', resolve))
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const { code, details, metadata: trailers } = await ended
  return { code, details, chunks, rows: trailers.get('rows')[0] }
}

test('streams pass through whole, with their trailers, as the cluster itself is asked', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => call('many', PASSWORD)))
  for (const { code, chunks, rows } of all) {
    expect({ code, rows, count: chunks.length }).toEqual({ code: 0, rows: '300', count: 301 })
    expect(chunks[0]?.toString()).toBe(`Bearer ${TOKEN}`)
    expect(chunks.at(-1)).toEqual(Buffer.alloc(10_000, 299))
  }
})

test('errors are those of the cluster', async () => {
  const { code, details } = await call('fail', PASSWORD)
  expect({ code, details }).toEqual({
    code: grpc.status.INVALID_ARGUMENT,
    details: 'no such table',
  })
})

test('without a password that is good nothing reaches a cluster', async () => {
  for (const password of [undefined, '', 'x', TOKEN, 'q'.repeat(43)])
    expect(await call('many', password)).toMatchObject({
      code: grpc.status.UNAUTHENTICATED,
      chunks: [],
    })
  expect(await call('many', 'd'.repeat(43))).toMatchObject({
    code: grpc.status.UNAVAILABLE,
    details: 'Spark did not start',
  })
})

test('a port that is taken is told with the remedy', async () => {
  await expect(
    openConnectProxy({ port: proxy.port, targetOf: async () => undefined }),
  ).rejects.toThrow('set emr.session_port')
})
