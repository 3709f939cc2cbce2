import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3Server } from '../../test/support/s3-server.js'
import { postAws } from './aws-post.js'
import { openKms } from './kms.js'
import { assumeRole } from './sts.js'

const server = await startS3Server()
afterAll(() => server?.stop())

describe.skipIf(!server)('a KMS and an STS that are real services', () => {
  const endpoint = server?.endpoint ?? ''
  const identity = async () => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const kms = openKms({ endpoint, identity })
  const context = { cluster: 'j-1', step: 's-1' }
  let keyId: string
  beforeAll(async () => {
    const made = await postAws({
      service: 'kms',
      url: new URL(endpoint),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.CreateKey',
      },
      body: '{}',
      identity,
    })
    keyId = (JSON.parse(made) as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn
  })

  test('a data key is given back for the words that it was asked for with, and no others', async () => {
    const { plain, sealed } = await kms.dataKey(keyId, context)
    expect(plain).toHaveLength(32)
    expect(sealed.includes(plain)).toBe(false)
    expect((await kms.open(sealed, context)).equals(plain)).toBe(true)
    await expect(kms.open(sealed, { ...context, step: 's-2' })).rejects.toThrow(/^kms answers/)
    const changed = Buffer.from(sealed)
    changed[changed.length - 1]! ^= 1
    await expect(kms.open(changed, context)).rejects.toThrow(/^kms answers/)
  })

  test('a key that is not there is told as such', async () => {
    await expect(kms.dataKey('alias/none', context)).rejects.toMatchObject({ kind: 'not-found' })
  })

  test('an STS gives a session of a role', async () => {
    const roleArn = 'arn:aws:iam::111122223333:role/jobs'
    const wish = { roleArn, sessionName: 's-1', seconds: 3600 }
    const session = await assumeRole(wish, { endpoint, identity })
    expect(session.accessKeyId).toMatch(/^ASIA/)
    expect(session.expiration.getTime()).toBeGreaterThan(Date.now())
  })
})

test('what is no such service is told, also when nobody answers', async () => {
  const identity = async () => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  })
  await expect(
    openKms({ endpoint: 'http://127.0.0.1:9', identity }).dataKey('k', {}),
  ).rejects.toThrow('cannot reach kms at 127.0.0.1:9')
}, 20_000)
