import { Metadata } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { rootOf } from './protocol.js'
import { sparkError } from './spark-error.js'

interface Trailer {
  readonly code?: number
  readonly message: string
  readonly info?: Readonly<Record<string, string>>
  readonly bytes?: Buffer
}

/** A failed call as gRPC's client throws it. */
function failed({ code = 13, message, info = {}, bytes }: Trailer): Error {
  const root = rootOf('rpc-status')
  const [status, errorInfo] = [
    root.lookupType('google.rpc.Status'),
    root.lookupType('google.rpc.ErrorInfo'),
  ]
  const value = errorInfo.encode(errorInfo.fromObject({ metadata: info })).finish()
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value }]
  const metadata = new Metadata()
  const encoded = status.encode(status.fromObject({ code, message, details })).finish()
  metadata.set('grpc-status-details-bin', bytes ?? Buffer.from(encoded))
  return Object.assign(new Error(`${code}: ${message}`), { code, details: message, metadata })
}

const server = 'spark at 192.0.2.1:15002'

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['invalid', '[TABLE_OR_VIEW_NOT_FOUND] x', { sqlState: '42P01' }],
  ['invalid', '[DIVIDE_BY_ZERO] x', { sqlState: '22012' }],
  ['invalid', 'x', { classes: '["org.apache.spark.sql.catalyst.parser.ParseException"]' }],
  ['conflict', '[DELTA_CONCURRENT_APPEND] x', { sqlState: '2D521' }],
  ['forbidden', '[INSUFFICIENT_PERMISSIONS] x', { sqlState: '42501' }],
  ['forbidden', 'x', { classes: '["java.nio.file.AccessDeniedException","java.io.IOException"]' }],
  ['unavailable', '[FAILED_READ_FILE.NO_HINT] x', { sqlState: 'KD001' }],
  ['unavailable', '[OPERATION_CANCELED] x', { sqlState: 'HY008' }],
  ['unavailable', '[INVALID_HANDLE.SESSION_CHANGED] x', { sqlState: 'HY000' }],
  ['unavailable', 'x', { classes: '["java.lang.OutOfMemoryError"]' }],
  ['internal', '[INTERNAL_ERROR] x', { sqlState: 'XX000' }],
  ['internal', 'x', { classes: 'no json' }],
])('%s: %s %j', async (kind, message, info) => {
  const error = await sparkError(failed({ message, info: { errorId: '1', ...info } }), { server })
  expect(error).toMatchObject({ kind, message: 'x' })
  expect(error.details['type']).toBe(/\[(.*)\]/.exec(message)?.[1] ?? '')
})

test.each([
  [16, 'unauthenticated', /does not accept the token/],
  [7, 'forbidden', /^spark at/],
  [14, 'unavailable', /cannot be reached/],
  [4, 'unavailable', /did not answer in time/],
  [12, 'internal', /is no Spark Connect server/],
])('code %i without words of Spark is %s', async (code, kind, message) => {
  const error = await sparkError(failed({ code, message: 'No way.' }), { server })
  expect(error).toMatchObject({ kind, message: expect.stringMatching(message) })
  expect(error.message).toContain(`${server}`)
})

test('a trailer that cannot be read is left out', async () => {
  const error = await sparkError(failed({ message: '[X] told', bytes: Buffer.from('\xff\xff') }), {
    server,
  })
  expect(error).toMatchObject({ message: 'told', details: { type: 'X' } })
})

test('details that cannot be fetched are left out', async () => {
  const trailer = {
    message: '[X] Told. SQLSTATE: 42000',
    info: { errorId: '1', sqlState: '42000' },
  }
  const fetchDetails = () => Promise.reject(new Error('gone'))
  const error = await sparkError(failed(trailer), { server, fetchDetails, sql: 'SELECT' })
  expect(error).toMatchObject({
    kind: 'invalid',
    message: 'told',
    details: { type: 'X', sqlState: '42000', sql: 'SELECT' },
  })
})
