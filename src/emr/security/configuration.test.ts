import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../wire/aws-error.js'
import { readSecurity } from './configuration.js'
import { MEMBERS } from './members.js'

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const ROLE = 'arn:aws:iam::111122223333:role/analysts'
const read = (value: unknown) => readSecurity(JSON.stringify(value))
const encryption = (more: object) => ({
  EncryptionConfiguration: {
    EnableInTransitEncryption: false,
    EnableAtRestEncryption: false,
    ...more,
  },
})
const atRest = (blocks: object) =>
  encryption({ EnableAtRestEncryption: true, AtRestEncryptionConfiguration: blocks })
const s3 = (block: object) => atRest({ S3EncryptionConfiguration: block })

test('reads all that headrig does, also truths that are texts', () => {
  expect(
    read({
      EncryptionConfiguration: {
        EnableInTransitEncryption: 'true',
        EnableAtRestEncryption: true,
        InTransitEncryptionConfiguration: {
          TLSCertificateConfiguration: {
            CertificateProviderType: 'PEM',
            S3Object: 's3://bucket/certificates.zip',
          },
        },
        AtRestEncryptionConfiguration: {
          S3EncryptionConfiguration: {
            EncryptionMode: 'SSE-KMS',
            AwsKmsKey: KEY,
            Overrides: [{ BucketName: 'open-logs', EncryptionMode: 'SSE-S3' }],
          },
          LocalDiskEncryptionConfiguration: {
            EnableEbsEncryption: false,
            EncryptionKeyProviderType: 'AwsKms',
            AwsKmsKey: KEY,
          },
        },
      },
      AuthorizationConfiguration: {
        EmrFsConfiguration: {
          RoleMappings: [{ Role: ROLE, IdentifierType: 'User', Identifiers: ['hadoop'] }],
        },
        IAMConfiguration: {
          EnableApplicationScopedIAMRole: true,
          ApplicationScopedIAMRoleConfiguration: { PropagateSourceIdentity: 'True' },
        },
      },
      InstanceMetadataServiceConfiguration: {
        MinimumInstanceMetadataServiceVersion: 2,
        HttpPutResponseHopLimit: 1,
      },
    }),
  ).toEqual({
    s3: {
      initial: { mode: 'aws:kms', keyId: KEY },
      buckets: { 'open-logs': { mode: 'AES256' } },
    },
    localDisk: { keyId: KEY },
    inTransit: { certificates: 's3://bucket/certificates.zip' },
    runtimeRoles: { propagatesSourceIdentity: true },
    roleMappings: [{ role: ROLE, type: 'User', identifiers: ['hadoop'] }],
    metadataVersion: 2,
  })
})

describe('refuses, with the place and what to do', () => {
  test.each([
    [{}, 'it is empty'],
    [{ Encryption: {} }, 'Encryption is unknown'],
    [{ EncryptionConfiguratio: {} }, 'did you mean "EncryptionConfiguration"'],
    [{ EncryptionConfiguration: [] }, 'EncryptionConfiguration is not an object'],
    [{ EncryptionConfiguration: {} }, 'needs EnableAtRestEncryption'],
    [encryption({ EnableInTransitEncryption: 'maybe' }), 'is neither true nor false'],
    [encryption({ EnableInTransitEncryption: true }), 'go together'],
    [encryption({ EnableAtRestEncryption: true }), 'go together'],
    [
      encryption({
        AtRestEncryptionConfiguration: { S3EncryptionConfiguration: { EncryptionMode: 'SSE-S3' } },
      }),
      'go together',
    ],
    [s3({}), 'needs EncryptionMode'],
    [s3({ EncryptionMode: 'SSE-KMS' }), 'needs AwsKmsKey'],
    [s3({ EncryptionMode: 'SSE-KMS', AwsKmsKey: 'a key\r\nx-evil: 1' }), 'control characters'],
    [s3({ EncryptionMode: 'SSE-S3', AwsKmsKey: KEY }), 'SSE-S3 does not use'],
    [s3({ EncryptionMode: 'SSE-C' }), 'write one of SSE-S3'],
    [s3({ EncryptionMode: 'CSE-KMS', AwsKmsKey: KEY }), 'use SSE-KMS'],
    [s3({ EncryptionMode: 'CSE-Custom' }), 'use SSE-KMS'],
    [s3({ EncryptionMode: 'SSE-S3', Overrides: [] }), 'has 0 items'],
    [
      s3({ EncryptionMode: 'SSE-S3', Overrides: [{ EncryptionMode: 'SSE-S3' }] }),
      'need a BucketName',
    ],
    [
      atRest({ LocalDiskEncryptionConfiguration: { EnableEbsEncryption: true } }),
      'encrypt the disk',
    ],
    [
      atRest({ LocalDiskEncryptionConfiguration: { EncryptionKeyProviderType: 'Custom' } }),
      'runs no key',
    ],
    [
      {
        AuthenticationConfiguration: { KerberosConfiguration: { Provider: 'ClusterDedicatedKdc' } },
      },
      'headrig runs no KDC',
    ],
    [
      {
        AuthorizationConfiguration: {
          LakeFormationConfiguration: { AuthorizedSessionTagValue: 'Amazon EMR' },
        },
      },
      'asks no Lake Formation',
    ],
    [
      {
        AuthorizationConfiguration: {
          EmrFsConfiguration: {
            RoleMappings: [{ Role: ROLE, IdentifierType: 'Prefix', Identifiers: ['s3://b/'] }],
          },
        },
      },
      'map its user or group',
    ],
    [
      {
        AuthorizationConfiguration: {
          EmrFsConfiguration: {
            RoleMappings: [{ Role: 'analysts', IdentifierType: 'User', Identifiers: ['a'] }],
          },
        },
      },
      'an ARN',
    ],
    [
      { InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: 3 } },
      'write 1 to 2',
    ],
    [
      { InstanceMetadataServiceConfiguration: { HttpPutResponseHopLimit: 1 } },
      'needs MinimumInstanceMetadataServiceVersion',
    ],
  ])('%j', (value, message) => {
    expect(() => read(value)).toThrow(message)
  })

  test('what is no JSON', () => {
    expect(() => readSecurity('{"a":')).toThrow('not valid JSON')
    expect(() => readSecurity('"'.padEnd(70_000))).toThrow('longer than')
    expect(() => readSecurity('['.repeat(5000))).toThrow('nested deeper')
  })
})

test('whatever the text, it is read or refused in the words of AWS', () => {
  const name = fc.constantFrom(
    ...MEMBERS.flatMap(({ path }) => path.split(/\[\]\.?|\./)),
    '__proto__',
    'x',
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('true', true, false, 1, 2, 'AwsKms', 'SSE-KMS', KEY, ROLE, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, (given) => {
      try {
        read(given)
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
        expect(error).toMatchObject({ code: 'InvalidRequestException', status: 400 })
      }
    }),
  )
})

test('the documents have a row for each member, and say what becomes of it', () => {
  const text = readFileSync('docs/security.md', 'utf8')
  const said = [...text.matchAll(/^\| `(\w+\.[\w.[\]]+)` +\| (.+?) +\|$/gm)].map(
    ([, path, what]) => [path, what],
  )
  const wanted = MEMBERS.map(({ path, effect, refused }) => {
    const no =
      typeof refused === 'string'
        ? `**refused**: ${refused}`
        : Object.entries(refused ?? {})
            .map(([value, why]) => `\`${value}\` **refused**: ${why}`)
            .join('; ')
    return [path, [effect, no].filter((part) => part !== undefined && part !== '').join('; ')]
  })
  expect(said).toEqual(wanted)
})
