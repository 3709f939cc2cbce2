import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/service.js'
import { openTestEmr, type TestEmr } from '../test-support.js'

const V2 = '{"InstanceMetadataServiceConfiguration":{"MinimumInstanceMetadataServiceVersion":2}}'
const NOW = new Date('2026-11-21T18:00:00Z')
let port: number | undefined
let emr: TestEmr
beforeAll(async () => {
  emr = await openTestEmr({ clock: () => NOW.getTime(), openPort: () => port })
})
afterAll(() => emr.close())

const call = (name: string, input: JsonObject): Promise<JsonObject> => emr.call(name, input)

test('security configurations are kept as they were given, listed in pages, and removed', async () => {
  for (let i = 0; i < 52; i++)
    await call('CreateSecurityConfiguration', { Name: `c${i}`, SecurityConfiguration: V2 })
  await expect(
    call('CreateSecurityConfiguration', { Name: 'c1', SecurityConfiguration: V2 }),
  ).rejects.toThrow("with name 'c1' already exists")
  await expect(
    call('CreateSecurityConfiguration', { Name: 'bad', SecurityConfiguration: '{"A":1}' }),
  ).rejects.toThrow('A is unknown')
  expect(await call('DescribeSecurityConfiguration', { Name: 'c1' })).toEqual({
    Name: 'c1',
    SecurityConfiguration: V2,
    CreationDateTime: NOW.getTime() / 1000,
  })
  const { SecurityConfigurations: first, Marker } = await call('ListSecurityConfigurations', {})
  const rest = await call('ListSecurityConfigurations', { Marker: Marker! })
  expect([first, rest['SecurityConfigurations']].flat()).toHaveLength(52)
  await call('DeleteSecurityConfiguration', { Name: 'c1' })
  for (const name of ['DescribeSecurityConfiguration', 'DeleteSecurityConfiguration'])
    await expect(call(name, { Name: 'c1' })).rejects.toThrow("with name 'c1' does not exist")
})

test('a cluster keeps to its configuration when that is removed', async () => {
  await call('CreateSecurityConfiguration', { Name: 'mine', SecurityConfiguration: V2 })
  const { security } = emr.emr.context
  for (const [cluster, name] of [['j-1', 'mine'], ['j-2']] as const)
    security.assign(cluster, security.read(name))
  await call('DeleteSecurityConfiguration', { Name: 'mine' })
  expect(security.of('j-1')).toEqual({ metadataVersion: 2 })
  expect(security.of('j-2')).toEqual({})
  expect(() => security.read('mine')).toThrow('does not exist')
})

test('block public access is on until somebody turns it off, and says who', async () => {
  expect(await call('GetBlockPublicAccessConfiguration', {})).toMatchObject({
    BlockPublicAccessConfiguration: { BlockPublicSecurityGroupRules: true },
    BlockPublicAccessConfigurationMetadata: { CreatedByArn: 'arn:aws:iam::111122223333:root' },
  })
  const put = (BlockPublicSecurityGroupRules: boolean, ranges: JsonObject[] = []) =>
    call('PutBlockPublicAccessConfiguration', {
      BlockPublicAccessConfiguration: {
        BlockPublicSecurityGroupRules,
        PermittedPublicSecurityGroupRuleRanges: ranges,
      },
    })
  await put(false, [{ MinRange: 22 }, { MinRange: 8000, MaxRange: 8100 }])
  expect(await call('GetBlockPublicAccessConfiguration', {})).toEqual({
    BlockPublicAccessConfiguration: {
      BlockPublicSecurityGroupRules: false,
      PermittedPublicSecurityGroupRuleRanges: [
        { MinRange: 22, MaxRange: 22 },
        { MinRange: 8000, MaxRange: 8100 },
      ],
    },
    BlockPublicAccessConfigurationMetadata: {
      CreationDateTime: NOW.getTime() / 1000,
      CreatedByArn: 'arn:aws:iam::111122223333:root',
    },
  })
  await expect(put(true, [{ MinRange: 9, MaxRange: 8 }])).rejects.toThrow('9-8 is not valid')
  port = 8040
  await expect(put(true)).rejects.toThrow('reach this server at port 8040 without TLS')
  await put(true, [{ MinRange: 8000, MaxRange: 8100 }])
})

test("a cluster's password is for its own role alone, and only while it lives", async () => {
  const Instances = {
    KeepJobFlowAliveWhenNoSteps: true,
    InstanceCount: 1,
    MasterInstanceType: 'm5.xlarge',
  }
  const { JobFlowId } = await call('RunJobFlow', { Name: 'open', Instances })
  const ClusterId = JobFlowId as string
  const given = await call('GetClusterSessionCredentials', { ClusterId })
  expect(given).toEqual({
    Credentials: {
      UsernamePassword: { Username: ClusterId, Password: expect.stringMatching(/^[\w-]{43}$/) },
    },
    ExpiresAt: NOW.getTime() / 1000 + 3600,
  })
  const ExecutionRoleArn = 'arn:aws:iam::111122223333:role/analysts'
  await expect(
    call('GetClusterSessionCredentials', { ClusterId, ExecutionRoleArn }),
  ).rejects.toThrow('leave ExecutionRoleArn out')
  await call('TerminateJobFlows', { JobFlowIds: [ClusterId] })
  await expect(call('GetClusterSessionCredentials', { ClusterId })).rejects.toThrow('shutting down')
})
