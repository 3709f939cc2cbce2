import type { S3Encryption } from '../../storage/s3/options.js'
import { invalidRequest } from '../errors.js'
import { readKdc, type Kdc, type WrittenKerberos } from '../kerberos/kdc.js'
import { readMembers } from './read-members.js'

/** What a cluster must keep to. Made of a security configuration; `{}` without one. */
export interface ClusterSecurity {
  /** Of objects that are written. */
  readonly s3?: {
    readonly initial: S3Encryption
    readonly buckets: Readonly<Record<string, S3Encryption>>
  }
  /** The KMS key for what stays on this machine. */
  readonly localDisk?: { readonly keyId: string }
  /** Where the zip with the certificate of the nodes is. */
  readonly inTransit?: { readonly certificates: string }
  /** Steps may be given roles of their own. */
  readonly runtimeRoles?: { readonly propagatesSourceIdentity: boolean }
  /** In the order in which they are tried. */
  readonly roleMappings?: readonly RoleMapping[]
  /** Who gives the tickets of its steps. */
  readonly kerberos?: Kdc
  /** Of the metadata endpoint of a step. */
  readonly metadataVersion?: 1 | 2
}

export interface RoleMapping {
  readonly role: string
  readonly type: 'User' | 'Group'
  readonly identifiers: readonly string[]
}

/** A security configuration after `readMembers`. */
interface Written {
  readonly EncryptionConfiguration?: {
    readonly EnableInTransitEncryption?: boolean
    readonly EnableAtRestEncryption?: boolean
    readonly InTransitEncryptionConfiguration?: {
      readonly TLSCertificateConfiguration?: {
        readonly CertificateProviderType?: string
        readonly S3Object?: string
      }
    }
    readonly AtRestEncryptionConfiguration?: {
      readonly S3EncryptionConfiguration?: WrittenS3 & {
        readonly Overrides?: readonly (WrittenS3 & { readonly BucketName?: string })[]
      }
      readonly LocalDiskEncryptionConfiguration?: {
        readonly EncryptionKeyProviderType?: string
        readonly AwsKmsKey?: string
      }
    }
  }
  readonly AuthenticationConfiguration?: { readonly KerberosConfiguration?: WrittenKerberos }
  readonly AuthorizationConfiguration?: {
    readonly EmrFsConfiguration?: {
      readonly RoleMappings?: readonly {
        readonly Role?: string
        readonly IdentifierType?: 'User' | 'Group'
        readonly Identifiers?: readonly string[]
      }[]
    }
    readonly IAMConfiguration?: {
      readonly EnableApplicationScopedIAMRole?: boolean
      readonly ApplicationScopedIAMRoleConfiguration?: {
        readonly PropagateSourceIdentity?: boolean
      }
    }
  }
  readonly InstanceMetadataServiceConfiguration?: {
    readonly MinimumInstanceMetadataServiceVersion?: 1 | 2
  }
}

interface WrittenS3 {
  readonly EncryptionMode?: string
  readonly AwsKmsKey?: string
}

const KEY = /^[\w:/-]{1,2048}$/
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** Of a role, as STS takes it. */
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/

/**
 * Reads a security configuration; whatever headrig would not keep to is refused.
 * @throws AwsError `InvalidRequestException` that names the member and what to do
 * @example readSecurity('{"InstanceMetadataServiceConfiguration":{"MinimumInstanceMetadataServiceVersion":2}}')
 */
export function readSecurity(text: string): ClusterSecurity {
  const written = readMembers(text) as Written
  if (Object.keys(written).length === 0) throw wrong('it is empty: give one of its blocks')
  const { EncryptionConfiguration: encryption, AuthorizationConfiguration: access } = written
  const kerberos = written.AuthenticationConfiguration?.KerberosConfiguration
  const metadata = written.InstanceMetadataServiceConfiguration
  const iam = access?.IAMConfiguration
  const mappings = access?.EmrFsConfiguration?.RoleMappings
  const version = metadata?.MinimumInstanceMetadataServiceVersion
  if (metadata && version === undefined)
    throw wrong('InstanceMetadataServiceConfiguration needs MinimumInstanceMetadataServiceVersion')
  return {
    ...(encryption && { ...atRest(encryption), ...inTransit(encryption) }),
    ...(iam?.EnableApplicationScopedIAMRole === true && {
      runtimeRoles: {
        propagatesSourceIdentity:
          iam.ApplicationScopedIAMRoleConfiguration?.PropagateSourceIdentity === true,
      },
    }),
    ...(mappings && { roleMappings: mappings.map(mapping) }),
    ...(kerberos && { kerberos: readKdc(kerberos) }),
    ...(version !== undefined && { metadataVersion: version }),
  }
}

type Encryption = NonNullable<Written['EncryptionConfiguration']>

function inTransit(encryption: Encryption): Pick<ClusterSecurity, 'inTransit'> {
  const certificate = encryption.InTransitEncryptionConfiguration?.TLSCertificateConfiguration
  const isOn = needTruth(encryption.EnableInTransitEncryption, 'EnableInTransitEncryption')
  if (isOn !== (certificate !== undefined))
    throw wrong(
      'EnableInTransitEncryption and InTransitEncryptionConfiguration.TLSCertificateConfiguration go together',
    )
  if (!certificate) return {}
  const place = certificate.S3Object ?? ''
  if (certificate.CertificateProviderType === undefined || !/^(?:s3|file):\/\/[^/]*\/./.test(place))
    throw wrong(
      'TLSCertificateConfiguration needs CertificateProviderType PEM and S3Object, such as s3://bucket/certificates.zip',
    )
  return { inTransit: { certificates: place } }
}

function atRest(encryption: Encryption): Pick<ClusterSecurity, 's3' | 'localDisk'> {
  const blocks = encryption.AtRestEncryptionConfiguration
  const isOn = needTruth(encryption.EnableAtRestEncryption, 'EnableAtRestEncryption')
  const { S3EncryptionConfiguration: s3, LocalDiskEncryptionConfiguration: disk } = blocks ?? {}
  if (isOn !== (s3 !== undefined || disk !== undefined))
    throw wrong(
      'EnableAtRestEncryption and a block of AtRestEncryptionConfiguration (S3EncryptionConfiguration or LocalDiskEncryptionConfiguration) go together',
    )
  return {
    ...(s3 && {
      s3: {
        initial: s3Encryption(s3, 'S3EncryptionConfiguration'),
        buckets: Object.fromEntries((s3.Overrides ?? []).map(override)),
      },
    }),
    ...(disk && { localDisk: localDisk(disk) }),
  }
}

function override(one: WrittenS3 & { readonly BucketName?: string }): [string, S3Encryption] {
  const { BucketName: bucket = '' } = one
  if (!BUCKET.test(bucket))
    throw wrong(`Overrides need a BucketName, ${JSON.stringify(bucket)} is none`)
  return [bucket, s3Encryption(one, `the override of ${bucket}`)]
}

function s3Encryption(
  { EncryptionMode: mode, AwsKmsKey: key }: WrittenS3,
  at: string,
): S3Encryption {
  if (mode === undefined) throw wrong(`${at} needs EncryptionMode`)
  if (mode === 'SSE-S3') {
    if (key !== undefined) throw wrong(`${at} has an AwsKmsKey, which SSE-S3 does not use`)
    return { mode: 'AES256' }
  }
  return { mode: 'aws:kms', keyId: keyOf(key, at) }
}

function localDisk(disk: {
  readonly EncryptionKeyProviderType?: string
  readonly AwsKmsKey?: string
}): { readonly keyId: string } {
  if (disk.EncryptionKeyProviderType === undefined)
    throw wrong('LocalDiskEncryptionConfiguration needs EncryptionKeyProviderType')
  return { keyId: keyOf(disk.AwsKmsKey, 'LocalDiskEncryptionConfiguration') }
}

function mapping(one: {
  readonly Role?: string
  readonly IdentifierType?: 'User' | 'Group'
  readonly Identifiers?: readonly string[]
}): RoleMapping {
  const { Role: role = '', IdentifierType: type, Identifiers: identifiers } = one
  if (!ROLE_ARN.test(role) || type === undefined || identifiers === undefined)
    throw wrong(
      `RoleMappings need Role (an ARN), IdentifierType and Identifiers; ${JSON.stringify(role)} lacks one of them`,
    )
  return { role, type, identifiers }
}

function keyOf(key: string | undefined, at: string): string {
  if (key !== undefined && KEY.test(key)) return key
  throw wrong(`${at} needs AwsKmsKey: the ARN, id or alias of a key`)
}

function needTruth(value: boolean | undefined, name: string): boolean {
  if (value !== undefined) return value
  throw wrong(`EncryptionConfiguration needs ${name}`)
}

function wrong(why: string): Error {
  return invalidRequest(`The security configuration is not valid: ${why}.`)
}
