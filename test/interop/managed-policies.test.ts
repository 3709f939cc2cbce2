import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { decide } from '../../src/auth/policy/decide.js'
import { parsePolicy } from '../../src/auth/policy/parse.js'
import { MOTO_PACKAGES } from '../support/s3-server.js'
import { pythonWith } from '../support/venv.js'

const ACCOUNT = '111122223333'
const CLUSTER = `arn:aws:elasticmapreduce:us-east-1:${ACCOUNT}:cluster/j-1ABCDEF`
const python = await pythonWith('moto', MOTO_PACKAGES)
/** AWS's managed policies as AWS publishes them. */
let policies: ReadonlyMap<string, string>

beforeAll(async () => {
  if (python === undefined) return
  const code = `
import json
from moto.iam.aws_managed_policies import aws_managed_policies_data
policies = json.loads(aws_managed_policies_data)
print(json.dumps([[name, json.dumps(policy["Document"])] for name, policy in policies.items()]))`
  const { stdout } = await promisify(execFile)(python, ['-c', code], { maxBuffer: 1 << 26 })
  policies = new Map(JSON.parse(stdout) as [string, string][])
})

function may(
  name: string,
  action: string,
  resource = '*',
  given: Readonly<Record<string, string>> = {},
): boolean {
  const policy = parsePolicy(policies.get(name) ?? '', name, 'identity')
  const context = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), [value]]))
  const caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada` }
  return decide({ identity: [policy] }, { action, resource, caller, context }).allowed
}

describe.skipIf(python === undefined)('the managed policies of AWS', () => {
  test('load as they are, all of them', () => {
    expect(policies.size).toBeGreaterThan(1500)
    const refused: string[] = []
    for (const [name, text] of policies)
      try {
        parsePolicy(text, name, 'identity')
      } catch (error) {
        refused.push(String(error))
      }
    expect(refused).toEqual([])
  })

  test('let look at clusters, and no more', () => {
    for (const name of [
      'AmazonElasticMapReduceReadOnlyAccess',
      'AmazonEMRReadOnlyAccessPolicy_v2',
    ]) {
      expect(may(name, 'elasticmapreduce:DescribeCluster', CLUSTER)).toBe(true)
      expect(may(name, 'elasticmapreduce:ListSteps', CLUSTER)).toBe(true)
      expect(may(name, 'elasticmapreduce:TerminateJobFlows', CLUSTER)).toBe(false)
    }
  })

  test('let run clusters, and hand roles over to EMR alone', () => {
    const full = 'AmazonEMRFullAccessPolicy_v2'
    expect(may(full, 'elasticmapreduce:TerminateJobFlows', CLUSTER)).toBe(true)
    const role = `arn:aws:iam::${ACCOUNT}:role/EMR_DefaultRole_V2`
    const to = (service: string) => ({ 'iam:PassedToService': service })
    expect(may(full, 'iam:PassRole', role, to('elasticmapreduce.amazonaws.com'))).toBe(true)
    expect(may(full, 'iam:PassRole', role, to('ec2.amazonaws.com'))).toBe(false)
    expect(may(full, 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/admin`)).toBe(false)
    expect(may('AmazonElasticMapReduceFullAccess', 'elasticmapreduce:RunJobFlow')).toBe(true)
    expect(may('AmazonElasticMapReduceFullAccess', 'iam:CreateUser')).toBe(false)
  })

  test('let the service do what is tagged for it', () => {
    const tagged = { 'aws:ResourceTag/for-use-with-amazon-emr-managed-policies': 'true' }
    const instance = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0abc`
    const service = 'AmazonEMRServicePolicy_v2'
    expect(may(service, 'ec2:TerminateInstances', instance, tagged)).toBe(true)
    expect(may(service, 'ec2:TerminateInstances', instance)).toBe(false)
    expect(may('AmazonElasticMapReduceRole', 'ec2:TerminateInstances', instance)).toBe(true)
    expect(may('AmazonElasticMapReduceforEC2Role', 's3:GetObject', 'arn:aws:s3:::logs/a')).toBe(
      true,
    )
    expect(may('AmazonElasticMapReduceforEC2Role', 'iam:PassRole')).toBe(false)
    expect(
      may('AmazonElasticMapReduceforAutoScalingRole', 'elasticmapreduce:ModifyInstanceGroups'),
    ).toBe(true)
  })
})
