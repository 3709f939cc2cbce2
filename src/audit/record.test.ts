import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCOUNT, entry, worker } from '../../test/support/audit.js'
import type { JsonObject } from '../wire/service.js'
import { cut } from './limits.js'
import { toRecord } from './record.js'
import { HIDDEN } from './redact.js'
import type { AuditEntry } from './sink.js'

const recordOf = (given: Partial<AuditEntry>): ReturnType<typeof toRecord> =>
  toRecord(entry(given), 'an-id')

describe('records', () => {
  it('has what CloudTrail has of a read by a user', () => {
    expect(recordOf({ output: { ClusterId: 'j-1ABCDEF' } })).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLEADA',
        arn: `arn:aws:iam::${ACCOUNT}:user/ada`,
        accountId: ACCOUNT,
        accessKeyId: 'AKIAEXAMPLEADA',
        userName: 'ada',
      },
      eventTime: '2026-11-21T17:30:00Z',
      eventSource: 'elasticmapreduce.amazonaws.com',
      eventName: 'DescribeCluster',
      awsRegion: 'us-east-1',
      sourceIPAddress: '203.0.113.7',
      userAgent: 'aws-cli/1.46.2',
      requestParameters: { clusterId: 'j-1ABCDEF' },
      responseElements: null,
      requestID: '11111111-2222-4333-8444-555555555555',
      eventID: 'an-id',
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    })
  })

  it('says which role a session is of', () => {
    expect(recordOf({ principal: worker }).userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:nightly',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/jobs/nightly`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLEJOBS',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: `arn:aws:iam::${ACCOUNT}:role/jobs`,
          accountId: ACCOUNT,
          userName: 'jobs',
        },
        attributes: { creationDate: '2026-11-21T17:00:00Z', mfaAuthenticated: 'false' },
      },
    })
  })

  it('knows roots, services and those who are not known', () => {
    const base = { account: ACCOUNT, tags: {}, arn: `arn:aws:iam::${ACCOUNT}:root` }
    const root = { ...base, kind: 'Root', principalId: ACCOUNT } as const
    const service = {
      ...base,
      kind: 'AWSService',
      principalId: 'elasticmapreduce.amazonaws.com',
    } as const
    expect(recordOf({ principal: root }).userIdentity).toEqual({
      type: 'Root',
      principalId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      accountId: ACCOUNT,
    })
    expect(recordOf({ principal: service }).userIdentity).toEqual({
      type: 'AWSService',
      invokedBy: 'elasticmapreduce.amazonaws.com',
    })
    const unknown = recordOf({ principal: undefined, claimedAccessKeyId: 'AKIAWRONG' })
    expect(unknown.userIdentity).toEqual({ type: 'Unknown', accessKeyId: 'AKIAWRONG' })
  })

  it('hides what is secret, and keeps the keys of maps', () => {
    const record = recordOf({
      eventName: 'RunJobFlow',
      readOnly: false,
      input: {
        Name: 'copy from s3://key:pass@bucket/',
        ReleaseLabel: 'emr-7.9.0',
        Configurations: [{ Properties: { 'fs.s3a.secret.key': 'x1', 'Spark.Cores': '4' } }],
        KerberosAttributes: { Realm: 'EXAMPLE.COM', KdcAdminPassword: 'x2' },
        Hidden: 'x3',
        Since: 1_795_286_879,
        Args: ['--password', 'x4', '--next-token', 'n1', 'db.password=x5', '-Dkey=v'],
        Unknown: 'x6',
      },
      output: { JobFlowId: 'j-1ABCDEF', Unknown: 'x7' },
    })
    expect(record['requestParameters']).toEqual({
      name: `copy from s3://key:${HIDDEN}@bucket/`,
      ReleaseLabel: 'emr-7.9.0',
      configurations: [{ properties: { 'fs.s3a.secret.key': HIDDEN, 'Spark.Cores': '4' } }],
      kerberosAttributes: { realm: 'EXAMPLE.COM', kdcAdminPassword: HIDDEN },
      hidden: HIDDEN,
      since: '2026-11-21T18:47:59.000Z',
      args: ['--password', HIDDEN, '--next-token', 'n1', `db.password=${HIDDEN}`, '-Dkey=v'],
    })
    expect(record['responseElements']).toEqual({ jobFlowId: 'j-1ABCDEF' })
  })

  it('has calls that failed, were denied or made no sense', () => {
    const denied = recordOf({
      eventName: 'RunJobFlow',
      readOnly: false,
      error: { code: 'AccessDenied', message: 'no' },
      output: { JobFlowId: 'j-1' },
      input: { Name: 7, Args: 'text' },
      additional: { replayedSignature: true },
      tls: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: 'h',
      },
    })
    expect(denied).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: 'no',
      requestParameters: null,
      responseElements: null,
      additionalEventData: { replayedSignature: true },
      tlsDetails: { tlsVersion: 'TLSv1.3', clientProvidedHostHeader: 'h' },
    })
    const malformed = recordOf({ eventName: 'Nonsense', model: undefined, input: { a: 1 } })
    expect(malformed['requestParameters']).toBeNull()
    const signIn = recordOf({
      eventType: 'AwsConsoleSignIn',
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      model: undefined,
      input: { password: 'x' },
      output: { ConsoleLogin: 'Failure' },
    })
    expect(signIn).toMatchObject({
      eventType: 'AwsConsoleSignIn',
      requestParameters: { password: HIDDEN },
      responseElements: { ConsoleLogin: 'Failure' },
    })
  })

  it('is bounded, as CloudTrail is', () => {
    const record = recordOf({
      eventName: 'RunJobFlow',
      readOnly: false,
      input: { Name: 'n'.repeat(200_000) },
      userAgent: 'ü'.repeat(2000),
      error: { code: 'ValidationException', message: 'm'.repeat(5000) },
      resources: Array.from({ length: 500 }, (_, i) => ({ arn: `arn:aws:s3:::bucket-${i}` })),
    })
    expect(record['requestParameters']).toMatchObject({
      omitted: true,
      reason: 'requestParameters too large',
    })
    expect(record['userAgent']).toBe('ü'.repeat(512))
    expect(record['errorMessage']).toBe('m'.repeat(1024))
    expect(JSON.stringify(record).length).toBeLessThan(262_144)
  })

  it('never shows a secret, whatever surrounds it', () => {
    const secret = 'S3CR3TS3CR3T'
    const key = fc.constantFrom('Hidden', 'KerberosAttributes', 'Configurations', 'Elsewhere')
    fc.assert(
      fc.property(key, fc.object({ values: [fc.constant(secret), fc.string()] }), (name, value) => {
        const input = {
          KerberosAttributes: { KdcAdminPassword: secret },
          Configurations: [{ Properties: { password: secret } }],
          Hidden: secret,
          Elsewhere: secret,
          ...(name === 'Configurations'
            ? {}
            : { [name]: JSON.parse(JSON.stringify(value)) as JsonObject }),
        }
        expect(JSON.stringify(recordOf({ eventName: 'RunJobFlow', input }))).not.toContain(secret)
      }),
    )
  })

  it('cuts between characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(200), (text, most) => {
        const short = cut(text, most)
        expect(Buffer.byteLength(short)).toBeLessThanOrEqual(most)
        expect(text.startsWith(short)).toBe(true)
      }),
    )
  })
})
