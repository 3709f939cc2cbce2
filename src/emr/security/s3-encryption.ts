import type { SparkConf } from '../../clusters/local/properties.js'
import type { S3Encryption } from '../../storage/s3/options.js'
import type { ClusterSecurity } from './configuration.js'

/** How what is written below a URI is to be encrypted; undefined: as the bucket says. */
export function encryptionFor({ s3 }: ClusterSecurity, uri: string): S3Encryption | undefined {
  const [, bucket = ''] = /^s3[an]?:\/\/([^/]+)/i.exec(uri) ?? []
  if (!s3 || bucket === '') return undefined
  return Object.hasOwn(s3.buckets, bucket) ? s3.buckets[bucket] : s3.initial
}

/**
 * The same for Hadoop's and Spark's programs, by names such as `fs.s3a.encryption.algorithm`.
 * Source: Hadoop, "Working with Encrypted S3 Data".
 */
export function s3aEncryption({ s3 }: ClusterSecurity): SparkConf {
  if (!s3) return {}
  const entries = [
    ...algorithm('fs.s3a', s3.initial),
    ...Object.entries(s3.buckets).flatMap(([bucket, one]) =>
      algorithm(`fs.s3a.bucket.${bucket}`, one),
    ),
  ]
  return Object.fromEntries(entries)
}

function algorithm(prefix: string, encryption: S3Encryption): (readonly [string, string])[] {
  const isKms = encryption.mode === 'aws:kms'
  return [
    [`${prefix}.encryption.algorithm`, isKms ? 'SSE-KMS' : 'AES256'],
    // An empty one, so that a bucket without a key does not take that of the others.
    [`${prefix}.encryption.key`, isKms ? (encryption.keyId ?? '') : ''],
  ]
}
