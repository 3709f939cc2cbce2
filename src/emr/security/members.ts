/** What a member of a security configuration may be, and what becomes of it. The table of docs/security.md is this one. */
export interface Member {
  /** Names joined by dots, `[]` for each item of a list. */
  readonly path: string
  readonly type: 'truth' | 'text' | 'number'
  /** The texts that AWS knows. */
  readonly values?: readonly string[]
  readonly least?: number
  readonly most?: number
  /** What headrig cannot do: of one of the values, or of whatever is given but `false`. */
  readonly refused?: Readonly<Record<string, string>> | string
  /** What headrig does where it is not refused. */
  readonly effect?: string
}

const REST = 'EncryptionConfiguration.AtRestEncryptionConfiguration'
const S3 = `${REST}.S3EncryptionConfiguration`
const DISK = `${REST}.LocalDiskEncryptionConfiguration`
const TLS = 'EncryptionConfiguration.InTransitEncryptionConfiguration.TLSCertificateConfiguration'
const KERBEROS = 'AuthenticationConfiguration.KerberosConfiguration'
const EXTERNAL = `${KERBEROS}.ExternalKdcConfiguration`
const EMRFS = 'AuthorizationConfiguration.EmrFsConfiguration.RoleMappings[]'
const IAM = 'AuthorizationConfiguration.IAMConfiguration'
const METADATA = 'InstanceMetadataServiceConfiguration'

const CLIENT_SIDE = 'objects would be readable by EMRFS alone: use SSE-KMS'
const NO_CODE =
  'headrig runs no key or certificate providers of others: give a KMS key, or PEM files'
const NO_KDC = 'headrig runs no KDC: give Provider ExternalKdc, and the places of yours'
const NO_ACTIVE_DIRECTORY = 'headrig joins no domain: give the places of an MIT KDC'
/** A year: what is longer is surely not meant. */
const MOST_TICKET_HOURS = 8760
const MODES = ['SSE-S3', 'SSE-KMS', 'CSE-KMS', 'CSE-Custom'] as const
const NO_CLIENT_SIDE = { 'CSE-KMS': CLIENT_SIDE, 'CSE-Custom': CLIENT_SIDE }

/** Every member that AWS documents. What is not here is refused as unknown. */
export const MEMBERS: readonly Member[] = [
  {
    path: 'EncryptionConfiguration.EnableInTransitEncryption',
    type: 'truth',
    effect: 'the cluster starts with TLS between its nodes, or not at all',
  },
  {
    path: 'EncryptionConfiguration.EnableAtRestEncryption',
    type: 'truth',
    effect: 'one of the two blocks for data at rest must be there',
  },
  {
    path: `${TLS}.CertificateProviderType`,
    type: 'text',
    values: ['PEM', 'Custom'],
    refused: { Custom: NO_CODE },
    effect: 'PEM: the certificate of all nodes',
  },
  {
    path: `${TLS}.S3Object`,
    type: 'text',
    effect:
      'a zip with privateKey.pem, certificateChain.pem and perhaps trustedCertificates.pem, on S3 or `file://`; fetched when Spark starts',
  },
  { path: `${TLS}.CertificateProviderClass`, type: 'text', refused: NO_CODE },
  {
    path: `${S3}.EncryptionMode`,
    type: 'text',
    values: MODES,
    refused: NO_CLIENT_SIDE,
    effect: 'asked for with each object that headrig, Spark and Hadoop write',
  },
  { path: `${S3}.AwsKmsKey`, type: 'text', effect: 'the key of SSE-KMS' },
  { path: `${S3}.S3Object`, type: 'text', refused: NO_CODE },
  { path: `${S3}.EncryptionKeyProviderClass`, type: 'text', refused: NO_CODE },
  { path: `${S3}.Overrides[].BucketName`, type: 'text', effect: 'the bucket that is otherwise' },
  {
    path: `${S3}.Overrides[].EncryptionMode`,
    type: 'text',
    values: MODES,
    refused: NO_CLIENT_SIDE,
    effect: 'as above, for that bucket',
  },
  {
    path: `${S3}.Overrides[].AwsKmsKey`,
    type: 'text',
    effect: 'the key of SSE-KMS, for that bucket',
  },
  { path: `${S3}.Overrides[].S3Object`, type: 'text', refused: NO_CODE },
  { path: `${S3}.Overrides[].EncryptionKeyProviderClass`, type: 'text', refused: NO_CODE },
  {
    path: `${DISK}.EnableEbsEncryption`,
    type: 'truth',
    refused: 'nodes here have no volumes of EBS: encrypt the disk of this machine',
  },
  {
    path: `${DISK}.EncryptionKeyProviderType`,
    type: 'text',
    values: ['AwsKms', 'Custom'],
    refused: { Custom: NO_CODE },
    effect:
      'what Spark spills and shuffles is encrypted; what a step leaves in its folder is sealed when the step ends',
  },
  { path: `${DISK}.AwsKmsKey`, type: 'text', effect: 'its KMS gives a data key a step' },
  { path: `${DISK}.S3Object`, type: 'text', refused: NO_CODE },
  { path: `${DISK}.EncryptionKeyProviderClass`, type: 'text', refused: NO_CODE },
  {
    path: `${KERBEROS}.Provider`,
    type: 'text',
    values: ['ClusterDedicatedKdc', 'ExternalKdc'],
    refused: { ClusterDedicatedKdc: NO_KDC },
    effect: 'ExternalKdc: the cluster gets a principal of its own, and each step a ticket of it',
  },
  ...[
    'TicketLifetimeInHours',
    'CrossRealmTrustConfiguration.Realm',
    'CrossRealmTrustConfiguration.Domain',
    'CrossRealmTrustConfiguration.AdminServer',
    'CrossRealmTrustConfiguration.KdcServer',
  ].map((name): Member => ({
    path: `${KERBEROS}.ClusterDedicatedKdcConfiguration.${name}`,
    type: name === 'TicketLifetimeInHours' ? 'number' : 'text',
    refused: NO_KDC,
  })),
  {
    path: `${EXTERNAL}.TicketLifetimeInHours`,
    type: 'number',
    least: 1,
    most: MOST_TICKET_HOURS,
    effect: 'asked for with each ticket; default 24. The KDC may give less',
  },
  {
    path: `${EXTERNAL}.KdcServerType`,
    type: 'text',
    values: ['Single'],
    effect: 'one KDC for the cluster',
  },
  {
    path: `${EXTERNAL}.AdminServer`,
    type: 'text',
    effect: '`host[:749]`: asked once, when the cluster is started',
  },
  {
    path: `${EXTERNAL}.KdcServer`,
    type: 'text',
    effect: '`host[:88]`: asked before each step',
  },
  ...['AdRealm', 'AdDomain', 'AdServer'].map((name): Member => ({
    path: `${EXTERNAL}.AdIntegrationConfiguration.${name}`,
    type: 'text',
    refused: NO_ACTIVE_DIRECTORY,
  })),
  {
    path: `${EMRFS}.Role`,
    type: 'text',
    effect: 'the role of steps that no runtime role is given for; the first mapping that fits wins',
  },
  {
    path: `${EMRFS}.IdentifierType`,
    type: 'text',
    values: ['User', 'Group', 'Prefix'],
    refused: { Prefix: 'a step has one role: map its user or group' },
    effect: 'steps run as user and group `hadoop`, in the words of EMR',
  },
  { path: `${EMRFS}.Identifiers[]`, type: 'text', effect: 'compared as they are' },
  {
    path: `${IAM}.EnableApplicationScopedIAMRole`,
    type: 'truth',
    effect: 'steps may be given an ExecutionRoleArn, and only then',
  },
  {
    path: `${IAM}.ApplicationScopedIAMRoleConfiguration.PropagateSourceIdentity`,
    type: 'truth',
    effect: 'the source identity of who adds a step goes into the session of its role',
  },
  {
    path: 'AuthorizationConfiguration.LakeFormationConfiguration.AuthorizedSessionTagValue',
    type: 'text',
    refused: 'headrig asks no Lake Formation: give runtime roles',
  },
  {
    path: `${METADATA}.MinimumInstanceMetadataServiceVersion`,
    type: 'number',
    least: 1,
    most: 2,
    effect: '2: the metadata endpoint of a step answers 401 without a session token',
  },
  {
    path: `${METADATA}.HttpPutResponseHopLimit`,
    type: 'number',
    least: 1,
    most: 64,
    effect: 'kept by nature: the endpoint is on loopback, one hop',
  },
]
