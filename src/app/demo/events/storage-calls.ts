import type { CallBody, CallKind, Scene } from './kind.js'

/** S3, KMS and DynamoDB calls: half of what an account does, much of it on data. */
export const STORAGE_CALLS: readonly CallKind[] = [
  s3('GetObject', 6, true, objectBody),
  s3('PutObject', 3, false, objectBody),
  s3('HeadObject', 2, true, objectBody),
  s3('DeleteObject', 0.8, false, objectBody),
  s3('ListObjects', 1.5, true, (scene) => bucketBody(scene, 'list-type')),
  s3('GetBucketAcl', 1.8, true, (scene) => bucketBody(scene, 'acl'), false),
  s3('GetBucketLocation', 0.8, true, (scene) => bucketBody(scene, 'location'), false),
  s3('GetBucketPolicy', 0.3, true, (scene) => bucketBody(scene, 'policy'), false),
  kms('Decrypt', 9),
  kms('GenerateDataKey', 4.5),
  kms('Encrypt', 0.4),
  {
    source: 'dynamodb.amazonaws.com',
    name: 'GetItem',
    weight: 1.2,
    readOnly: true,
    data: true,
    body: ({ random, account, region }) => {
      const table = random.pick(['orders', 'users', 'sessions', 'locks', 'carts'])
      return {
        requestParameters: { tableName: table, key: { id: 'value hidden' }, consistentRead: true },
        resources: [
          {
            accountId: account.id,
            type: 'AWS::DynamoDB::Table',
            ARN: `arn:aws:dynamodb:${region}:${account.id}:table/${table}`,
          },
        ],
      }
    },
  },
]

function s3(
  name: string,
  weight: number,
  readOnly: boolean,
  body: (scene: Scene, name: string) => CallBody,
  data = true,
): CallKind {
  return {
    source: 's3.amazonaws.com',
    name,
    weight,
    readOnly,
    ...(data ? { data: true as const } : {}),
    body: (scene) => body(scene, name),
  }
}

function objectBody({ random, account, region }: Scene, name: string): CallBody {
  const bucket = random.pick(account.buckets)
  const key = `${random.pick(['raw', 'curated', 'exports', 'images'])}/day=2024-0${random.int(1, 10)}-${random.int(10, 29)}/part-${random.int(10_000, 99_999)}-${random.uuid()}.parquet`
  const written = name === 'PutObject'
  return {
    requestParameters: { bucketName: bucket, Host: `${bucket}.s3.${region}.amazonaws.com`, key },
    ...(written
      ? { responseElements: encryption(random.pick(account.keys), account.id, region) }
      : {}),
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: written ? random.int(1, 2_000_000) : 0,
      SSEApplied: 'SSE_KMS',
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': random.base64(76),
      bytesTransferredOut: written ? 0 : random.int(1, 9_000_000),
    },
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: account.id, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
  }
}

const encryption = (key: string, account: string, region: string): Record<string, string> => ({
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': `arn:aws:kms:${region}:${account}:key/${key}`,
})

function bucketBody({ random, account, region }: Scene, query: string): CallBody {
  const bucket = random.pick(account.buckets)
  return {
    requestParameters: {
      bucketName: bucket,
      Host: `${bucket}.s3.${region}.amazonaws.com`,
      [query]: '',
    },
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': random.base64(76),
      bytesTransferredOut: random.int(100, 20_000),
    },
    resources: [{ accountId: account.id, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` }],
  }
}

function kms(name: string, weight: number): CallKind {
  return {
    source: 'kms.amazonaws.com',
    name,
    weight,
    readOnly: true,
    body: ({ random, account, region }) => {
      const arn = `arn:aws:kms:${region}:${account.id}:key/${random.pick(account.keys)}`
      const encryptionContext = random.chance(0.6)
        ? { 'aws:s3:arn': `arn:aws:s3:::${random.pick(account.buckets)}/part-${random.uuid()}` }
        : {
            'aws:lambda:FunctionArn': `arn:aws:lambda:${region}:${account.id}:function:${random.pick(account.functions)}`,
          }
      return {
        requestParameters: {
          ...(name === 'Decrypt' ? {} : { keyId: arn, keySpec: 'AES_256' }),
          encryptionContext,
          encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        },
        resources: [{ accountId: account.id, type: 'AWS::KMS::Key', ARN: arn }],
      }
    },
  }
}
