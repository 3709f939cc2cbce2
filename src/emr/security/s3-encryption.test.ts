import { expect, test } from 'vitest'
import { encryptionFor, s3aEncryption } from './s3-encryption.js'

const security = {
  s3: {
    initial: { mode: 'aws:kms', keyId: 'alias/logs' },
    buckets: { open: { mode: 'AES256' } },
  },
} as const

test('a bucket has its override, else what holds for all', () => {
  expect(encryptionFor(security, 's3://logs/a')).toEqual({ mode: 'aws:kms', keyId: 'alias/logs' })
  expect(encryptionFor(security, 's3a://open/a')).toEqual({ mode: 'AES256' })
  expect(encryptionFor(security, 's3://constructor/a')).toMatchObject({ mode: 'aws:kms' })
  expect(encryptionFor(security, 'file:///logs')).toBeUndefined()
  expect(encryptionFor({}, 's3://logs')).toBeUndefined()
})

test('Hadoop is told the same, and no key for a bucket that has none', () => {
  expect(s3aEncryption(security)).toEqual({
    'fs.s3a.encryption.algorithm': 'SSE-KMS',
    'fs.s3a.encryption.key': 'alias/logs',
    'fs.s3a.bucket.open.encryption.algorithm': 'AES256',
    'fs.s3a.bucket.open.encryption.key': '',
  })
  expect(s3aEncryption({})).toEqual({})
})
