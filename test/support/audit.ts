import type { Principal } from '../../src/auth/principal.js'
import type { AuditEntry } from '../../src/audit/sink.js'
import type { ServiceModel } from '../../src/wire/model.js'
import type { Call } from '../../src/wire/service.js'

export const ACCOUNT = '111122223333'
export const REGION = 'us-east-1'

/** As much of EMR as the tests of records need. */
export const MODEL: ServiceModel = {
  serviceId: 'EMR',
  protocol: 'json',
  apiVersion: '2009-03-31',
  operations: {
    RunJobFlow: { input: 'RunJobFlowInput', output: 'RunJobFlowOutput' },
    DescribeCluster: { input: 'ClusterInput', output: 'ClusterInput' },
    PutBlockPublicAccessConfiguration: { input: 'BlockInput' },
    AddJobFlowSteps: { input: 'StepsInput' },
  },
  shapes: {
    RunJobFlowInput: {
      type: 'structure',
      members: {
        Name: { shape: 'String' },
        ReleaseLabel: { shape: 'String' },
        Configurations: { shape: 'Configurations' },
        KerberosAttributes: { shape: 'Kerberos' },
        Hidden: { shape: 'Sensitive' },
        Since: { shape: 'Time' },
        Args: { shape: 'Strings' },
      },
    },
    RunJobFlowOutput: { type: 'structure', members: { JobFlowId: { shape: 'String' } } },
    ClusterInput: { type: 'structure', members: { ClusterId: { shape: 'String' } } },
    BlockInput: {
      type: 'structure',
      members: { BlockPublicAccessConfiguration: { shape: 'Block' } },
    },
    Block: {
      type: 'structure',
      members: { BlockPublicSecurityGroupRules: { shape: 'Boolean' } },
    },
    StepsInput: { type: 'structure', members: { JobFlowId: { shape: 'String' } } },
    Kerberos: {
      type: 'structure',
      members: { Realm: { shape: 'String' }, KdcAdminPassword: { shape: 'String' } },
    },
    Configurations: { type: 'list', member: 'Configuration' },
    Configuration: { type: 'structure', members: { Properties: { shape: 'Properties' } } },
    Properties: { type: 'map', key: 'String', value: 'String' },
    Strings: { type: 'list', member: 'String' },
    String: { type: 'string' },
    Sensitive: { type: 'string', sensitive: true },
    Boolean: { type: 'boolean' },
    Time: { type: 'timestamp' },
  },
}

export const ada: Principal = {
  kind: 'IAMUser',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/ada`,
  principalId: 'AIDAEXAMPLEADA',
  userName: 'ada',
  accessKeyId: 'AKIAEXAMPLEADA',
  tags: {},
}

export const worker: Principal = {
  kind: 'AssumedRole',
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/jobs/nightly`,
  principalId: 'AROAEXAMPLE:nightly',
  accessKeyId: 'ASIAEXAMPLEJOBS',
  tags: {},
  session: {
    createdAt: new Date('2026-11-21T17:00:00.500Z'),
    expiresAt: new Date('2026-11-21T18:00:00Z'),
    mfaAuthenticated: false,
    issuer: {
      arn: `arn:aws:iam::${ACCOUNT}:role/jobs`,
      principalId: 'AROAEXAMPLE',
      userName: 'jobs',
    },
  },
}

/** A call that describes a cluster, but for what is given. */
export function entry(given: Partial<AuditEntry> = {}): AuditEntry {
  return {
    now: new Date('2026-11-21T17:30:00.250Z'),
    requestId: '11111111-2222-4333-8444-555555555555',
    account: ACCOUNT,
    region: REGION,
    sourceIp: '203.0.113.7',
    userAgent: 'aws-cli/1.46.2',
    principal: ada,
    eventSource: 'elasticmapreduce.amazonaws.com',
    eventName: 'DescribeCluster',
    readOnly: true,
    model: MODEL,
    input: { ClusterId: 'j-1ABCDEF' },
    ...given,
  }
}

/** What an operation is told of the call. */
export function callAt(now: Date): Call {
  return {
    principal: ada,
    account: ACCOUNT,
    region: REGION,
    requestId: 'r',
    now,
    sourceIp: '203.0.113.7',
    userAgent: 'test',
    signal: new AbortController().signal,
  }
}
