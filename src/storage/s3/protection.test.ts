import { expect, it } from 'vitest'
import { protectionOf } from './protection.js'

it('says how S3 is to encrypt and to keep what is written', () => {
  expect(protectionOf({})).toEqual({})
  expect(protectionOf({ encryption: { mode: 'aws:kms' } })).toEqual({
    ServerSideEncryption: 'aws:kms',
  })
  const encryption = { mode: 'aws:kms', keyId: 'alias/trail' } as const
  const objectLock = { mode: 'GOVERNANCE', days: 90 } as const
  expect(protectionOf({ encryption, objectLock }, Date.parse('2026-11-21T00:00:00Z'))).toEqual({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'alias/trail',
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date('2027-02-19T00:00:00Z'),
  })
})
