import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import type { ByteStore } from '../../src/storage/store.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'

const server = await startEmrServer()

describe.skipIf(!server)('clusters by the clients of Amazon', () => {
  const { aws, json, boto3, call, reach, folder } = server ?? ({} as EmrServer)
  let logs: ByteStore
  beforeAll(() => {
    const { endpoint, region, accessKeyId, secretAccessKey } = (server as EmrServer).s3
    logs = openStore('s3://logs', {
      endpoint,
      region,
      credentials: async () => ({ accessKeyId, secretAccessKey }),
    })
  })
  afterAll(() => server?.close())

  const create = async (args: string): Promise<string> => {
    const command = `emr create-cluster --release-label emr-7.12.0 --use-default-roles ${GROUPS} ${args}`
    return (await json<{ ClusterId: string }>(command)).ClusterId
  }
  const GROUPS =
    '--instance-groups InstanceGroupType=MASTER,InstanceCount=1,InstanceType=m5.xlarge InstanceGroupType=CORE,InstanceCount=2,InstanceType=m5.xlarge'
  const bash = (name: string, script: string, action = 'CONTINUE'): object => ({
    Name: name,
    Type: 'CUSTOM_JAR',
    ActionOnFailure: action,
    Jar: 'command-runner.jar',
    Args: ['bash', '-c', script],
  })
  const stepsFile = (...steps: object[]): string => {
    const path = join(folder, 'steps.json')
    writeFileSync(path, JSON.stringify(steps))
    return `file://${path}`
  }
  const text = async (key: string): Promise<string> => gunzipSync(await logs.get(key)).toString()

  test('the AWS CLI makes a cluster that runs its steps and ends; its logs are in the bucket', async () => {
    await logs.put('setup.sh', Buffer.from('#!/bin/bash\necho "set up with $1"\n'))
    const steps = stepsFile(bash('good', 'echo hello; echo oh >&2'), bash('bad', 'exit 4'))
    const id = await create(
      `--name nightly --log-uri s3://logs/emr/ --auto-terminate --enable-debugging --steps ${steps} \
       --applications Name=Spark Name=Hadoop --tags team=blue \
       --bootstrap-actions 'Path=s3://logs/setup.sh,Name=setup,Args=[well]'`,
    )
    await reach(id, 'TERMINATED')
    const { Cluster } = await json<{ Cluster: Record<string, unknown> }>(
      `emr describe-cluster --cluster-id ${id}`,
    )
    expect(Cluster).toMatchObject({
      Id: id,
      ClusterArn: `arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/${id}`,
      Name: 'nightly',
      Status: { StateChangeReason: { Code: 'ALL_STEPS_COMPLETED', Message: 'Steps completed' } },
      AutoTerminate: true,
      ReleaseLabel: 'emr-7.12.0',
      ServiceRole: 'EMR_DefaultRole',
      Ec2InstanceAttributes: { IamInstanceProfile: 'EMR_EC2_DefaultRole' },
      Applications: [{ Name: 'Spark', Version: '4.2.0' }, { Name: 'Hadoop' }],
      Tags: [{ Key: 'team', Value: 'blue' }],
      InstanceGroups: [
        { InstanceGroupType: 'MASTER', RequestedInstanceCount: 1 },
        { InstanceGroupType: 'CORE', RequestedInstanceCount: 2, RunningInstanceCount: 0 },
      ],
      BootstrapActions: [{ Name: 'setup', ScriptPath: 's3://logs/setup.sh', Args: ['well'] }],
    })
    const { Steps } = await json<{ Steps: { Id: string }[] }>(`emr list-steps --cluster-id ${id}`)
    expect(Steps).toMatchObject([
      {
        Name: 'bad',
        Status: {
          State: 'FAILED',
          FailureDetails: {
            Message: expect.stringContaining('exit code 4'),
            LogFile: `s3://logs/emr/${id}/steps/${Steps[0]!.Id}/stderr.gz`,
          },
        },
      },
      { Name: 'good', Status: { State: 'COMPLETED' } },
      { Name: 'Setup Hadoop Debugging', Status: { State: 'COMPLETED' } },
    ])
    const good = `emr/${id}/steps/${Steps[1]!.Id}`
    expect(await text(`${good}/stdout.gz`)).toBe('hello\n')
    expect(await text(`${good}/stderr.gz`)).toBe('oh\n')
    expect(await text(`${good}/controller.gz`)).toContain('COMPLETED')
    const [node] = await json<string[]>(
      `emr list-instances --cluster-id ${id} --query 'Instances[].Ec2InstanceId'`,
    )
    expect(await text(`emr/${id}/node/${node!}/bootstrap-actions/1/stdout.gz`)).toBe(
      'set up with well\n',
    )
  }, 120_000)

  test('the AWS CLI works on a cluster that is kept', async () => {
    const id = await create('--termination-protected')
    const on = `--cluster-id ${id}`
    await reach(id, 'WAITING')
    await aws(`emr wait cluster-running ${on}`)
    const active = "emr list-clusters --active --query 'Clusters[].Id'"
    expect(await json(active)).toEqual([id])
    const add = async (...steps: object[]): Promise<string[]> =>
      json(`emr add-steps ${on} --steps ${stepsFile(...steps)} --query StepIds`)
    const [first, second] = await add(bash('a', 'sleep 600'), bash('b', 'true'))
    const how = '--step-cancellation-option TERMINATE_PROCESS'
    expect(await json(`emr cancel-steps ${on} --step-ids ${first} ${second} ${how}`)).toMatchObject(
      {
        CancelStepsInfoList: [
          { StepId: first, Status: 'SUBMITTED' },
          { StepId: second, Status: 'SUBMITTED' },
        ],
      },
    )
    await reach(id, 'WAITING')
    const [third] = await add(bash('c', 'true'))
    await reach(id, 'WAITING')
    await aws(`emr wait step-complete ${on} --step-id ${third}`)
    expect(await json(`emr modify-cluster ${on} --step-concurrency-level 10`)).toMatchObject({
      StepConcurrencyLevel: 10,
    })
    await aws(
      `emr add-instance-groups ${on} --instance-groups InstanceGroupType=TASK,InstanceCount=2,InstanceType=m5.large,BidPrice=0.1`,
    )
    const running = async (): Promise<number> => {
      const filter = { InstanceGroupTypes: ['TASK'], InstanceStates: ['RUNNING'] }
      const { Instances } = await call('ListInstances', { ClusterId: id, ...filter })
      return (Instances as unknown[]).length
    }
    await expect.poll(running, { timeout: 20_000 }).toBe(2)
    const task = await json<string>(
      `emr describe-cluster ${on} --query 'Cluster.InstanceGroups[2].Id'`,
    )
    await aws(
      `emr modify-instance-groups ${on} --instance-groups InstanceGroupId=${task},InstanceCount=1`,
    )
    await expect.poll(running, { timeout: 20_000 }).toBe(1)
    await expect(aws(`emr terminate-clusters --cluster-ids ${id}`)).rejects.toThrow(
      'An error occurred (ValidationException) when calling the TerminateJobFlows operation: Could not shut down one or more job flows since they are termination protected.',
    )
    await aws(`emr modify-cluster-attributes ${on} --no-termination-protected`)
    await aws(`emr terminate-clusters --cluster-ids ${id}`)
    await reach(id, 'TERMINATED')
    await aws(`emr wait cluster-terminated ${on}`)
    expect(await json(active)).toEqual([])
  }, 180_000)

  test('boto3 waits, pages, and is told of what cannot be', async () => {
    const said = await boto3(`
from botocore.exceptions import ClientError, WaiterError
groups = [{'InstanceRole': 'MASTER', 'InstanceType': 'm5.xlarge', 'InstanceCount': 1}]
step = lambda script: {'Name': script, 'ActionOnFailure': 'CONTINUE',
  'HadoopJarStep': {'Jar': 'command-runner.jar', 'Args': ['bash', '-c', script],
                    'Properties': [{'Key': 'k', 'Value': 'v'}]}}
id = emr.run_job_flow(Name='py', ReleaseLabel='emr-7.12.0', StepConcurrencyLevel=20,
  Instances={'InstanceGroups': groups, 'KeepJobFlowAliveWhenNoSteps': True},
  ServiceRole='EMR_DefaultRole', JobFlowRole='EMR_EC2_DefaultRole')['JobFlowId']
fast = {'Delay': 1, 'MaxAttempts': 60}
emr.get_waiter('cluster_running').wait(ClusterId=id, WaiterConfig=fast)
ids = emr.add_job_flow_steps(JobFlowId=id, Steps=[step('true') for _ in range(59)] + [step('exit 1')])['StepIds']
emr.get_waiter('step_complete').wait(ClusterId=id, StepId=ids[0], WaiterConfig=fast)
try: emr.get_waiter('step_complete').wait(ClusterId=id, StepId=ids[-1], WaiterConfig=fast)
except WaiterError as e: print(e.last_response['Step']['Status']['State'], e.last_response['Step']['Config']['Properties'])
pages = list(emr.get_paginator('list_steps').paginate(ClusterId=id))
print(len(pages), [s['Id'] for p in pages for s in p['Steps']] == ids[::-1])
print(type(pages[0]['Steps'][0]['Status']['Timeline']['CreationDateTime']).__name__)
for call in [
  lambda: emr.describe_cluster(ClusterId='j-NOBODY'),
  lambda: emr.add_job_flow_steps(JobFlowId=id, Steps=[{**step('true'), 'ActionOnFailure': 'CANCEL_AND_WAIT'}]),
  lambda: emr.run_job_flow(Name='x', Instances={'InstanceCount': 1}),
  lambda: emr.describe_step(ClusterId=id, StepId='s-NOBODY'),
]:
  try: call()
  except ClientError as e: print(e.response['Error']['Code'], e.response['Error']['Message'][:40], e.response['ResponseMetadata']['RetryAttempts'])
emr.terminate_job_flows(JobFlowIds=[id])
emr.get_waiter('cluster_terminated').wait(ClusterId=id, WaiterConfig=fast)
print(emr.describe_job_flows(JobFlowIds=[id])['JobFlows'][0]['ExecutionStatusDetail']['State'])
`)
    expect(said.trim().split('\n')).toEqual([
      "FAILED {'k': 'v'}",
      '2 True',
      'datetime',
      "InvalidRequestException Cluster id 'j-NOBODY' is not valid. 0",
      'ValidationException ActionOnFailure must be CONTINUE on a cl 0',
      'ValidationException Instance groups, instance fleets or a ma 0',
      "InvalidRequestException Step id 's-NOBODY' is not valid. 0",
      'COMPLETED',
    ])
  })

  test('the reset hook ends and forgets everything', async () => {
    const id = await create('')
    await aws(`emr add-steps --cluster-id ${id} --steps ${stepsFile(bash('x', 'sleep 600'))}`)
    const url = (server as EmrServer).env['AWS_ENDPOINT_URL']!
    const answer = await fetch(`${url}/_headrig/reset`, { method: 'POST' })
    expect(answer.status).toBe(200)
    expect(await json('emr list-clusters')).toEqual({ Clusters: [] })
    await expect(aws(`emr list-steps --cluster-id ${id}`)).rejects.toThrow('is not valid')
  })
})
