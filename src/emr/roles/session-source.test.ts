import { expect, test } from 'vitest'
import { sessionSource } from './session-source.js'

const HOUR = 3_600_000
const identity = (keys: readonly string[], asked: { count: number }) => async () => {
  const accessKeyId = keys[asked.count++]
  if (accessKeyId === undefined) throw new Error('the source is away')
  return { region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 's' } }
}

test('credentials are kept until they are about to lapse, and used while nobody gives new ones', async () => {
  const asked = { count: 0 }
  let now = 0
  const source = sessionSource(undefined, 's-1', {
    mode: 'server',
    endpoint: '',
    identity: identity(['first', 'second'], asked),
    now: () => now,
  })!
  const keys = await Promise.all([source(), source()])
  expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(['first', 'first'])
  now = HOUR - 14 * 60_000
  expect((await source()).accessKeyId).toBe('second')
  now += HOUR - 1
  expect((await source()).accessKeyId).toBe('second')
  now += 2
  await expect(source()).rejects.toThrow('the source is away')
  expect(asked.count).toBe(4)
})

test('without a role, or where none are to be given, there is no source', () => {
  const options = { endpoint: '', identity: identity([], { count: 0 }) }
  const role = { arn: 'arn:aws:iam::111122223333:role/jobs' }
  expect(sessionSource(undefined, 's-1', { mode: 'assume', ...options })).toBeUndefined()
  expect(sessionSource(role, 's-1', { mode: 'none', ...options })).toBeUndefined()
})
