import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AwsError } from './aws-error.js'
import { jsonError, parseTarget } from './json11.js'
import { loadModel } from './load-model.js'
import { Markers } from './paging.js'
import { parseJson } from './parse-json.js'
import { queryAnswer, queryError } from './query-xml.js'
import { parseForm, queryInput } from './query.js'
import type { Json } from './service.js'
import { validators } from './validate.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const sts = loadModel('sts')

test('a target is a service and an operation', () => {
  expect(parseTarget('ElasticMapReduce.RunJobFlow')).toEqual({
    prefix: 'ElasticMapReduce',
    name: 'RunJobFlow',
  })
  expect(parseTarget('a.b.C_1.LookupEvents')).toEqual({ prefix: 'a.b.C_1', name: 'LookupEvents' })
  expect(parseTarget('nonsense')).toEqual({ prefix: '', name: 'nonsense' })
})

test('JSON is read as it is, whatever brackets its texts have', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(parseJson(bytes(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(parseJson(bytes(JSON.stringify('['.repeat(1000))))).toHaveLength(1000)
  expect(parseJson(new Uint8Array())).toEqual({})
})

test('what is no JSON is refused by name', () => {
  const refused = (body: Uint8Array): unknown =>
    expect.soft(() => parseJson(body)).toThrow(AwsError)
  for (const text of ['{', '{"a":}', 'null x', "{'a':1}", '[1,]']) refused(bytes(text))
  refused(new Uint8Array([0x22, 0xff, 0x22]))
  expect(() => parseJson(bytes('['.repeat(1 << 20)))).toThrow('nested deeper than 32')
  expect(() => parseJson(bytes('{"a":'.repeat(1 << 18)))).toThrow('nested deeper than 32')
})

test('the message of an error has the name that its shape gives it', () => {
  const emr = loadModel('emr')
  expect(jsonError(new AwsError('InvalidRequestException', 'no'), emr)).toEqual({
    __type: 'InvalidRequestException',
    Message: 'no',
  })
  const error = new AwsError('ValidationException', 'no', { members: { ErrorCode: 'X' } })
  expect(jsonError(error, emr)).toEqual({
    __type: 'ValidationException',
    ErrorCode: 'X',
    message: 'no',
  })
})

test('a form becomes the input of its operation', () => {
  const form = parseForm(
    bytes(
      'Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fjobs&RoleSessionName=a+b&DurationSeconds=900' +
        '&Tags.member.1.Key=team&Tags.member.1.Value=x&Tags.member.2.Key=k&Tags.member.2.Value=&PolicyArns.member.1.arn=p',
    ),
  )
  expect(queryInput(sts, 'AssumeRole', form)).toEqual({
    RoleArn: 'arn:aws:iam::111122223333:role/jobs',
    RoleSessionName: 'a b',
    DurationSeconds: 900,
    Tags: [
      { Key: 'team', Value: 'x' },
      { Key: 'k', Value: '' },
    ],
    PolicyArns: [{ arn: 'p' }],
  })
  const of = validators(sts)('AssumeRole')
  expect(() => of(queryInput(sts, 'AssumeRole', parseForm(bytes('DurationSeconds=soon'))))).toThrow(
    'STRING_VALUE can not be converted to integer',
  )
})

test('a form that cannot be read is refused by name', () => {
  for (const text of ['a=%zz', 'a=1&a=2', 'a&'.repeat(2), 'a=%ff'])
    expect(() => parseForm(bytes(text)), text).toThrow(AwsError)
  const many = Array.from({ length: 1001 }, (_, i) => `a${i}=`).join('&')
  expect(() => parseForm(bytes(many))).toThrow('more than 1000')
})

test('answers and errors are XML, whatever they hold', () => {
  const answer = queryAnswer(
    sts,
    'AssumeRole',
    {
      Credentials: {
        AccessKeyId: 'A<&"',
        SecretAccessKey: 's',
        SessionToken: '\u0000',
        Expiration: 0,
      },
      PackedPolicySize: 6,
    },
    'r-1',
  )
  expect(answer).toBe(
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
      '<AccessKeyId>A&lt;&amp;&quot;</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>\ufffd</SessionToken>' +
      '<Expiration>1970-01-01T00:00:00Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>' +
      '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AssumeRoleResponse>',
  )
  expect(queryError(new AwsError('AccessDenied', '<no>', { status: 403 }), 'n', 'r')).toBe(
    '<ErrorResponse xmlns="n"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>&lt;no&gt;</Message></Error><RequestId>r</RequestId></ErrorResponse>',
  )
})

const markers = new Markers(bytes('secret'))

test('a mark is read in its own list only, and only when it is ours', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.string(), (scope, position, other) => {
      const mark = markers.make(scope, position as Json)
      expect(markers.read(scope, mark)).toEqual(JSON.parse(JSON.stringify(position)))
      if (other !== scope) expect(() => markers.read(other, mark)).toThrow('Marker is not valid')
      expect(() => new Markers(bytes('another')).read(scope, mark)).toThrow('Marker is not valid')
      expect(() => markers.read(scope, other)).toThrow('Marker is not valid')
    }),
  )
})

test('a changed mark is refused at every character', () => {
  const mark = markers.make('list', ['j-1', 50])
  for (let i = 0; i < mark.length; i++) {
    const changed = `${mark.slice(0, i)}${mark[i] === 'A' ? 'B' : 'A'}${mark.slice(i + 1)}`
    expect(() => markers.read('list', changed), changed).toThrow('Marker is not valid')
  }
})

test('pages make up the list, also when it changes between them', () => {
  const of = (items: readonly string[], marker?: string) =>
    markers.page(items, { scope: 's', marker, size: 2, keyOf: (x) => x })
  const first = of(['e', 'd', 'c', 'b', 'a'])
  expect(first.page).toEqual(['e', 'd'])
  expect(of(['g', 'f', 'e', 'd', 'c', 'b', 'a'], first.marker).page).toEqual(['c', 'b'])
  expect(of(['e', 'x', 'c', 'b', 'a'], first.marker).page).toEqual(['c', 'b'])
  const second = of(['e', 'd', 'c', 'b', 'a'], first.marker)
  expect(of(['e', 'd', 'c', 'b', 'a'], second.marker)).toEqual({ page: ['a'] })
  expect(of([])).toEqual({ page: [] })
  expect(of(['b', 'a'])).toEqual({ page: ['b', 'a'] })
})
