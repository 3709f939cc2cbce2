import type { LocalClusterSpec } from '../../clusters/local/spec.js'
import type { SparkConf } from '../../clusters/local/properties.js'
import type { CommandContext } from '../../jobs/commands/command.js'
import type { ByteStore } from '../../storage/store.js'
import { fetchCertificate } from './certificates.js'
import type { ClusterSecurity } from './configuration.js'
import { encryptionFor, s3aEncryption } from './s3-encryption.js'

/** What a cluster's Spark is started with so that it keeps to its security configuration. */
export type SparkProtection = Pick<LocalClusterSpec, 'enforced' | 'certificate'>

/** What Spark encrypts of its own: what it spills and shuffles, and, without TLS, what its processes say. */
const DISK: SparkConf = {
  'spark.io.encryption.enabled': 'true',
  'spark.io.encryption.keySizeBits': '256',
}
const NETWORK: SparkConf = { 'spark.network.crypto.enabled': 'true' }

/**
 * The protection of a cluster's Spark.
 * @param open the store of a folder's URI, with the rights of the cluster
 * @throws HeadrigError when the certificate cannot be had: then there is no Spark
 */
export async function sparkProtection(
  security: ClusterSecurity,
  open: (folder: string) => ByteStore,
): Promise<SparkProtection> {
  const { localDisk, inTransit } = security
  const s3 = Object.entries(s3aEncryption(security)).map(
    ([name, value]) => [`spark.hadoop.${name}`, value] as const,
  )
  return {
    enforced: {
      ...Object.fromEntries(s3),
      // The key of the disks goes from the driver to its executors.
      ...(localDisk && { ...DISK, ...(!inTransit && NETWORK) }),
    },
    ...(inTransit && { certificate: await fetchCertificate(inTransit.certificates, open) }),
  }
}

/** What the commands of a step are told on top of `context`, so that what they write is encrypted. */
export function protectedContext(
  context: CommandContext,
  security: ClusterSecurity,
  lake: string,
): CommandContext {
  const own = encryptionFor(security, lake)
  return {
    ...context,
    hadoopConf: { ...context.hadoopConf, ...s3aEncryption(security) },
    settings: {
      ...context.settings,
      ...(own && { HEADRIG_S3_ENCRYPTION: own.mode === 'AES256' ? 'SSE-S3' : 'SSE-KMS' }),
      ...(own?.mode === 'aws:kms' && own.keyId !== undefined && { HEADRIG_S3_KMS_KEY: own.keyId }),
    },
  }
}
