import type { S3Options } from './options.js'

const S3A = 'org.apache.hadoop.fs.s3a.S3AFileSystem'

/** The schemes that EMR's jobs are written with are read by Hadoop's connector. */
export const S3_SCHEMES = { 'fs.s3.impl': S3A, 'fs.s3n.impl': S3A } as const

/**
 * How Hadoop's connector reaches the S3 that a store is opened with: the place, never a key.
 * @example s3aSettings({ endpoint: 'http://127.0.0.1:9000' })['fs.s3a.path.style.access'] // 'true'
 */
export function s3aSettings({
  endpoint,
  region,
  pathStyle,
}: Pick<S3Options, 'endpoint' | 'region' | 'pathStyle'>): Record<string, string> {
  return {
    ...(region === undefined ? {} : { 'fs.s3a.endpoint.region': region }),
    ...(endpoint === undefined
      ? {}
      : {
          'fs.s3a.endpoint': endpoint,
          'fs.s3a.connection.ssl.enabled': String(endpoint.startsWith('https:')),
        }),
    'fs.s3a.path.style.access': String(pathStyle ?? endpoint !== undefined),
  }
}
