import { storeOptions } from '../app/context.js'
import type { Settings } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import { openStore } from '../storage/open.js'
import type { S3Encryption } from '../storage/s3/options.js'
import type { ByteStore } from '../storage/store.js'

/** What fails is tried again by the next delivery, and a stop is not to wait for long. */
const TIMEOUT_MS = 10_000
const RETRY = { attempts: 2 }

/**
 * Where the audit records are delivered; undefined: beside the server's other data.
 * @throws HeadrigError `invalid` for settings that do not fit each other
 */
export function auditStore(settings: Settings): ByteStore | undefined {
  const { auditDestination: uri, auditLockDays: days, auditLockMode: mode } = settings
  const encryption = encryptionOf(settings)
  if (!uri?.startsWith('s3://') && (encryption !== undefined || days !== undefined))
    throw new HeadrigError(
      'invalid',
      'audit.encryption and audit.lock_days are for a bucket: set audit.destination to s3://bucket/prefix',
    )
  if (uri === undefined) return undefined
  if (uri.startsWith('memory:'))
    throw new HeadrigError(
      'invalid',
      `audit.destination ${JSON.stringify(uri)} would be lost: write a folder or s3://bucket/prefix`,
    )
  const lock = mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE'
  return openStore(uri, {
    ...storeOptions(settings),
    timeoutMs: TIMEOUT_MS,
    retry: RETRY,
    encryption,
    objectLock: days === undefined ? undefined : { mode: lock, days },
  })
}

function encryptionOf({ auditEncryption, auditKmsKey }: Settings): S3Encryption | undefined {
  if (auditKmsKey !== undefined && auditEncryption !== 'SSE-KMS')
    throw new HeadrigError('invalid', 'audit.kms_key needs audit.encryption SSE-KMS')
  if (auditEncryption === undefined) return undefined
  if (auditEncryption === 'SSE-S3') return { mode: 'AES256' }
  return { mode: 'aws:kms', ...(auditKmsKey !== undefined && { keyId: auditKmsKey }) }
}
