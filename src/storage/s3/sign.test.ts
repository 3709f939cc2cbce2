import fc from 'fast-check'
import { expect, test } from 'vitest'
import { S3Connection } from './connection.js'
import { encodeKey, signGet } from './sign.js'

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = new Date('2013-05-24T00:00:00Z')

test('signs the GET of the AWS documentation', () => {
  const headers = signGet({
    host: 'examplebucket.s3.amazonaws.com',
    path: '/test.txt',
    headers: { range: 'bytes=0-9' },
    region: 'us-east-1',
    credentials,
    now,
  })
  expect(headers['authorization']).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  )
})

test('signs as the SDK does, whatever the key, region and session', async () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const region = fc.constantFrom('us-east-1', 'eu-central-1')
  const session = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(
      key,
      region,
      session,
      fc.date({ min: now, noInvalidDate: true, max: new Date('2037-01-01') }),
      async (name, where, sessionToken, when) => {
        const who = { ...credentials, ...(sessionToken !== undefined && { sessionToken }) }
        const path = `/${encodeKey(name)}`
        const ours = signGet({
          host: 'b.example',
          path,
          headers: {},
          region: where,
          credentials: who,
          now: when,
        })
        const { authorization: _, ...headers } = ours
        const connection = new S3Connection('b', { region: where, credentials: who })
        const signer = await connection.run('', async ({ client }) =>
          client.config.signer({
            name: 'sigv4',
            properties: {},
            signingName: 's3',
            signingRegion: where,
            disableDoubleEncoding: true,
          } as never),
        )
        const request = {
          method: 'GET',
          protocol: 'https:',
          hostname: 'b.example',
          path,
          headers,
          query: {},
        }
        const signed = await signer.sign(request as never, {
          signingDate: when,
          signingRegion: where,
          signingService: 's3',
        })
        expect(ours).toEqual(signed.headers)
      },
    ),
    { numRuns: 50 },
  )
})

test('encodes what S3 wants encoded, once', () => {
  expect(encodeKey("a b/+%2F=&!'()*~é")).toBe('a%20b/%2B%252F%3D%26%21%27%28%29%2A~%C3%A9')
})
