import { expect, test } from 'vitest'
import { signRequest } from './aws-request.js'

const caller = {
  service: 'service',
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
  now: new Date('2015-08-30T12:36:00Z'),
}

// The signatures are those that botocore 1.44 makes for the same requests.
test.each([
  [
    {
      method: 'GET',
      url: new URL('https://example.amazonaws.com/a%20b/c?Param2=value2&Param1=value1'),
    },
    '98a15b2d2cbad575adf12f105b44741fd76e74e19c7c5994d34c1e4cf7ce6ed5',
  ],
  [
    {
      method: 'POST',
      url: new URL('https://emr.example/applications/a/jobruns'),
      body: '{"a":1}',
    },
    '191bddccdb165b064fc720e79f362c216299eb7b679bd54e52775c04f6bc1a72',
  ],
] as const)('%j is signed as by AWS', (request, signature) => {
  const { authorization = '' } = signRequest({ ...caller, ...request })
  expect(authorization.split('Signature=')[1]).toBe(signature)
})
