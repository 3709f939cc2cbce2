import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { interopTools } from '../interop/tools.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'
import { sparkHome } from '../support/spark-server.js'

const SECRET = 'a secret of twenty-two'
const WAIT = { timeout: 60_000, interval: 100 }

interface Fleet {
  readonly ProvisionedOnDemandCapacity: number
  readonly ProvisionedSpotCapacity: number
}
interface Instance {
  readonly Id: string
  readonly Market: string
  readonly Status: { readonly State: string }
}

const POLICIES = `
import json, time
from botocore.exceptions import ClientError
def start(**instances):
    made = emr.run_job_flow(Name='p', ReleaseLabel='emr-7.12.0', Instances=dict(KeepJobFlowAliveWhenNoSteps=True, **instances))
    emr.get_waiter('cluster_running').wait(ClusterId=made['JobFlowId'], WaiterConfig={'Delay': 1})
    return made['JobFlowId']
def group(role, count): return dict(InstanceRole=role, InstanceCount=count, InstanceType='m5.xlarge')
def fleet(role, **targets): return dict(InstanceFleetType=role, InstanceTypeConfigs=[{'InstanceType': 'm5.xlarge'}], **targets)
groups = start(InstanceGroups=[group('MASTER', 1), group('CORE', 1), group('TASK', 1)])
fleets = start(InstanceFleets=[fleet('MASTER', TargetOnDemandCapacity=1), fleet('CORE', TargetSpotCapacity=1)])
def task(): return emr.list_instance_groups(ClusterId=groups)['InstanceGroups'][2]
def policy(metric): return {'Constraints': {'MinCapacity': 1, 'MaxCapacity': 3}, 'Rules': [{
    'Name': 'grow',
    'Action': {'SimpleScalingPolicyConfiguration': {'ScalingAdjustment': 1, 'CoolDown': 300}},
    'Trigger': {'CloudWatchAlarmDefinition': {'ComparisonOperator': 'LESS_THAN', 'MetricName': metric, 'Period': 300,
        'Threshold': 15, 'Dimensions': [{'Key': 'JobFlowId', 'Value': '\${emr.clusterId}'}]}}}]}
ids = dict(ClusterId=groups, InstanceGroupId=task()['Id'])
put = emr.put_auto_scaling_policy(AutoScalingPolicy=policy('YARNMemoryAvailablePercentage'), **ids)['AutoScalingPolicy']
alarm = put['Rules'][0]['Trigger']['CloudWatchAlarmDefinition']
out = {'attached': [put['Status']['State'], alarm['Dimensions'][0]['Value'][0]]}
emr.remove_auto_scaling_policy(**ids)
state = task().get('AutoScalingPolicy', {}).get('Status', {}).get('State', 'DETACHING')
for _ in range(300):
    if 'AutoScalingPolicy' not in task(): break
    time.sleep(0.1)
out['removed'] = [task().get('AutoScalingPolicy'), state]
emr.put_auto_termination_policy(ClusterId=groups, AutoTerminationPolicy={'IdleTimeout': 600})
idle = emr.get_auto_termination_policy(ClusterId=groups).get('AutoTerminationPolicy')
emr.remove_auto_termination_policy(ClusterId=groups)
out['idle'] = [idle, emr.get_auto_termination_policy(ClusterId=groups).get('AutoTerminationPolicy')]
core = emr.list_instance_fleets(ClusterId=fleets)['InstanceFleets'][1]['Id']
emr.modify_instance_fleet(ClusterId=fleets, InstanceFleet={'InstanceFleetId': core, 'TargetSpotCapacity': 3})
def spots(): return [i['Market'] for i in emr.list_instances(ClusterId=fleets, InstanceFleetType='CORE', InstanceStates=['RUNNING'])['Instances']]
for _ in range(300):
    if len(spots()) == 3: break
    time.sleep(0.1)
out['resized'] = spots()
def error(call, **given):
    try: call(**given)
    except ClientError as e: return e.response['Error']['Code']
out['errors'] = [
    error(emr.put_auto_scaling_policy, AutoScalingPolicy=policy('HDFSUtilization'), **ids),
    error(emr.put_auto_termination_policy, ClusterId=groups, AutoTerminationPolicy={'IdleTimeout': 1}),
    error(emr.modify_instance_fleet, ClusterId=fleets, InstanceFleet={'InstanceFleetId': 'if-NONE', 'TargetSpotCapacity': 1}),
]
print(json.dumps(out))
emr.terminate_job_flows(JobFlowIds=[groups, fleets])
`

const tools = await interopTools()
const folder = mkdtempSync(join(tmpdir(), 'headrig-emr-scaling-'))
const messages: { readonly body: string; readonly signature: string }[] = []
const hook = createServer((request, response) => {
  void textOf(request).then((body) => {
    messages.push({ body, signature: String(request.headers['x-headrig-signature']) })
    response.end()
  })
}).listen(0, '127.0.0.1')
await once(hook, 'listening')
writeFileSync(join(folder, 'secret'), SECRET)
writeFileSync(
  join(folder, 'alarms.yaml'),
  `alarms:
  - name: nothing to do
    metric: IsIdle
    tags: { watch: 'yes' }
    comparison: GREATER_THAN_OR_EQUAL
    threshold: 1
    period: 2s
    webhook: http://127.0.0.1:${(hook.address() as AddressInfo).port}/alarms
    secret_file: secret
`,
)
const jars = join(folder, 'jars')
mkdirSync(jars)
for (const jar of tools?.jars ?? []) symlinkSync(jar, join(jars, basename(jar)))
const server = await startEmrServer((s3) => ({
  HEADRIG_EMR_METRICS_INTERVAL: '1s',
  HEADRIG_EMR_ALARMS: join(folder, 'alarms.yaml'),
  HEADRIG_EMR_CLOUDWATCH: s3.endpoint,
  ...(tools && { HEADRIG_SPARK_HOME: sparkHome(tools.python), HEADRIG_SPARK_JARS: jars }),
}))
afterAll(async () => {
  await server?.close()
  hook.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!server)('scaling', () => {
  const { aws, json, boto3, call, killAndStart, reach, env, s3 } = server ?? ({} as EmrServer)
  const url = env['AWS_ENDPOINT_URL'] ?? ''

  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text()

  async function instances(ClusterId: string): Promise<readonly Instance[]> {
    const { Instances } = await call('ListInstances', { ClusterId })
    return Instances as readonly Instance[]
  }

  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(new URL(path, url), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  test('a cluster of fleets by the AWS CLI: tags, policies, metrics, an alarm', async () => {
    writeFileSync(
      join(folder, 'fleets.json'),
      JSON.stringify([
        {
          InstanceFleetType: 'MASTER',
          TargetOnDemandCapacity: 1,
          InstanceTypeConfigs: [{ InstanceType: 'm5.xlarge' }],
        },
        {
          InstanceFleetType: 'CORE',
          TargetOnDemandCapacity: 2,
          TargetSpotCapacity: 2,
          InstanceTypeConfigs: [{ InstanceType: 'm5.2xlarge', WeightedCapacity: 2 }],
        },
      ]),
    )
    const { ClusterId: id } = await json<{ ClusterId: string }>(
      `emr create-cluster --name fleets --release-label emr-7.12.0 --tags watch=yes --auto-termination-policy IdleTimeout=3600 --instance-fleets file://${folder}/fleets.json`,
    )
    await reach(id, 'WAITING')
    expect(await json(`emr describe-cluster --cluster-id ${id}`)).toMatchObject({
      Cluster: {
        InstanceCollectionType: 'INSTANCE_FLEET',
        Tags: [{ Key: 'watch', Value: 'yes' }],
        InstanceFleets: [{ InstanceFleetType: 'MASTER' }, { ProvisionedSpotCapacity: 2 }],
      },
    })
    await aws(
      `emr put-managed-scaling-policy --cluster-id ${id} --managed-scaling-policy 'ComputeLimits={UnitType=InstanceFleetUnits,MinimumCapacityUnits=6,MaximumCapacityUnits=9}'`,
    )
    await call('AddInstanceFleet', {
      ClusterId: id,
      InstanceFleet: {
        InstanceFleetType: 'TASK',
        TargetSpotCapacity: 1,
        InstanceTypeConfigs: [{ InstanceType: 'c5.large' }],
      },
    })
    await vi.waitFor(async () => {
      const { InstanceFleets } = await call('ListInstanceFleets', { ClusterId: id })
      const units = (InstanceFleets as readonly Fleet[])
        .slice(1)
        .reduce((sum, f) => sum + f.ProvisionedOnDemandCapacity + f.ProvisionedSpotCapacity, 0)
      expect(units).toBeGreaterThanOrEqual(6)
    }, WAIT)
    await aws(`emr add-tags --resource-id ${id} --tags team=soc`)
    await aws(`emr remove-tags --resource-id ${id} --tag-keys team`)

    await vi.waitFor(async () => {
      const found = await metrics()
      expect(found).toContain(`headrig_emr_IsIdle{cluster="${id}"} 1`)
      expect(found).toMatch(new RegExp(`headrig_emr_TotalUnitsRunning\\{cluster="${id}"\\} [678]`))
      expect(found).toContain(
        `headrig_alarm_state{alarm="nothing to do",cluster="${id}",state="ALARM"} 1`,
      )
      // Spark does not run: nothing is made up about it.
      expect(found).not.toContain('headrig_emr_AppsRunning{')
      expect(messages.length).toBeGreaterThan(0)
    }, WAIT)
    const [{ body, signature } = { body: '', signature: '' }] = messages
    expect(JSON.parse(body)).toMatchObject({ alarm: 'nothing to do', cluster: id, state: 'ALARM' })
    const [, seconds] = /^t=(\d+),/.exec(signature) ?? []
    const mac = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')
    expect(signature).toBe(`t=${seconds},v1=${mac}`)

    await vi.waitFor(async () => {
      const listed = await aws(
        `cloudwatch list-metrics --namespace AWS/ElasticMapReduce --endpoint-url ${s3.endpoint} --dimensions Name=JobFlowId,Value=${id}`,
      )
      expect(listed).toContain('CoreNodesRunning')
    }, WAIT)
    // A kill neither forgets the alarm nor tells of it again; its cluster goes on, with its policy.
    await killAndStart()
    await vi.waitFor(async () => {
      const found = await metrics()
      expect(found).toMatch(new RegExp(`headrig_emr_TotalUnitsRunning\\{cluster="${id}"\\} [678]`))
      expect(found).toContain(
        `headrig_alarm_state{alarm="nothing to do",cluster="${id}",state="ALARM"} 1`,
      )
    }, WAIT)
    expect(messages.filter((message) => message.body.includes('"state":"ALARM"'))).toHaveLength(1)
    await call('TerminateJobFlows', { JobFlowIds: [id] })
    await reach(id, 'TERMINATED')
  })

  test('boto3 puts and removes policies, resizes fleets, and is told what is wrong', async () => {
    const said = await boto3(POLICIES)
    expect(JSON.parse(said)).toEqual({
      attached: ['PENDING', 'j'],
      removed: [null, 'DETACHING'],
      idle: [{ IdleTimeout: 600 }, null],
      resized: ['SPOT', 'SPOT', 'SPOT'],
      errors: ['InvalidRequestException', 'InvalidRequestException', 'InvalidRequestException'],
    })
  })

  test('interruptions are for this machine, for nodes that are there', async () => {
    expect(await post('/_headrig/interrupt', { clusterId: 7 })).toMatchObject({ status: 400 })
    expect(await post('/_headrig/interrupt', { clusterId: 'j-NONE' })).toMatchObject({
      status: 404,
    })
    const origin = { origin: 'http://evil.example' }
    expect(await post('/_headrig/interrupt', {}, origin)).toMatchObject({ status: 403 })
  })

  // Every task says where it runs, and waits until the node of one of them is gone.
  const JOB = `
import os, socket, sys, time
from pyspark.sql import SparkSession
from pyspark import TaskContext, SparkFiles
folder = sys.argv[1]
def work(part):
    host = os.environ.get("SPARK_LOCAL_IP", "none")
    open(f"{folder}/{host}-{part}", "w").close()
    while not os.path.exists(f"{folder}/go"):
        time.sleep(0.05)
    return part
context = SparkSession.builder.getOrCreate().sparkContext
print("sum", context.parallelize(range(4), 4).map(work).map(lambda n: n * n).sum())
`

  describe.skipIf(!tools)('on Spark', { timeout: 400_000 }, () => {
    test('a job survives the loss of a task node, and its cluster scales by its executors', async () => {
      const marks = join(folder, 'marks')
      mkdirSync(marks)
      writeFileSync(join(folder, 'job.py'), JOB)
      const { JobFlowId } = await call('RunJobFlow', {
        Name: 'spot',
        ReleaseLabel: 'emr-7.12.0',
        Instances: {
          KeepJobFlowAliveWhenNoSteps: true,
          InstanceGroups: [
            { InstanceRole: 'MASTER', InstanceType: 'm5.xlarge', InstanceCount: 1 },
            { InstanceRole: 'CORE', InstanceType: 'm5.xlarge', InstanceCount: 1 },
            { InstanceRole: 'TASK', InstanceType: 'm5.xlarge', InstanceCount: 1, Market: 'SPOT' },
          ],
        },
      })
      const ClusterId = JobFlowId as string
      await reach(ClusterId, 'WAITING')
      const { StepIds } = await call('AddJobFlowSteps', {
        JobFlowId: ClusterId,
        Steps: [
          {
            Name: 'waits',
            ActionOnFailure: 'CONTINUE',
            HadoopJarStep: {
              Jar: 'command-runner.jar',
              Args: ['spark-submit', `file://${folder}/job.py`, marks],
            },
          },
        ],
      })
      const [StepId = ''] = StepIds as readonly string[]
      const step = async () => {
        const { Step } = await call('DescribeStep', { ClusterId, StepId })
        return (Step as { readonly Status: { readonly State: string } }).Status
      }
      const spots = async (): Promise<readonly Instance[]> =>
        (await instances(ClusterId)).filter(
          ({ Market, Status }) => Market === 'SPOT' && Status.State === 'RUNNING',
        )
      const hosts = (): ReadonlySet<string> =>
        new Set(readdirSync(marks).map((name) => name.replace(/-\d+$/, '')))
      // A task runs on the core node, another one on the task node.
      await vi.waitFor(
        async () => {
          expect(['PENDING', 'RUNNING']).toContain((await step()).State)
          expect(hosts().size).toBe(2)
        },
        { timeout: 240_000, interval: 200 },
      )
      // Two of four tasks run and two wait: Spark wants twice the executors that it has.
      await vi.waitFor(async () => {
        const found = await metrics()
        const value = (name: string): number =>
          Number(
            new RegExp(`headrig_emr_${name}\\{cluster="${ClusterId}"\\} (\\S+)`).exec(found)?.[1],
          )
        expect(value('ContainerAllocated')).toBe(2)
        expect(value('ContainerPending')).toBe(2)
        expect(value('AppsRunning')).toBe(1)
        expect(value('YARNMemoryAvailablePercentage')).toBe(0)
        expect(value('IsIdle')).toBe(0)
      }, WAIT)
      await call('PutManagedScalingPolicy', {
        ClusterId,
        ManagedScalingPolicy: {
          ComputeLimits: {
            UnitType: 'Instances',
            MinimumCapacityUnits: 2,
            MaximumCapacityUnits: 9,
            MaximumCoreCapacityUnits: 1,
          },
        },
      })
      await vi.waitFor(async () => expect(await spots()).toHaveLength(3), WAIT)
      const [spot] = await spots()
      const taken = await post('/_headrig/interrupt', { clusterId: ClusterId, count: 1 })
      expect(taken).toEqual({ status: 200, body: { instanceIds: [spot?.Id] } })
      await vi.waitFor(async () => {
        const all = await instances(ClusterId)
        expect(all.find(({ Id }) => Id === spot?.Id)?.Status).toMatchObject({
          State: 'TERMINATED',
          StateChangeReason: { Code: 'INSTANCE_FAILURE' },
        })
      }, WAIT)
      writeFileSync(join(marks, 'go'), '')
      await vi.waitFor(async () => expect((await step()).State).toBe('COMPLETED'), {
        timeout: 120_000,
        interval: 200,
      })
      const stdout = join(server!.folder, 'data', 'emr', 'steps', ClusterId, StepId, '1')
      expect(await server!.exec('grep', ['-rh', '^sum', stdout])).toBe('sum 14\n')
      await vi.waitFor(async () => {
        expect(await spots()).toHaveLength(3)
      }, WAIT)
      await call('TerminateJobFlows', { JobFlowIds: [ClusterId] })
      await reach(ClusterId, 'TERMINATED')
    })
  })
})
