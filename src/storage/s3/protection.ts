import type { S3Options } from './options.js'
import type { Destination } from './upload.js'

const DAY_MS = 86_400_000

export type Protection = Omit<Destination, 'Bucket' | 'Key' | 'RequestPayer'>

/** What a write says of encryption and of how long the object is to stay. */
export function protectionOf({ encryption, objectLock }: S3Options, now = Date.now()): Protection {
  return {
    ...(encryption && { ServerSideEncryption: encryption.mode }),
    ...(encryption?.mode === 'aws:kms' &&
      encryption.keyId !== undefined && { SSEKMSKeyId: encryption.keyId }),
    ...(objectLock && {
      ObjectLockMode: objectLock.mode,
      ObjectLockRetainUntilDate: new Date(now + objectLock.days * DAY_MS),
    }),
  }
}
