import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/service.js'
import { openTestEmr, type TestEmr } from '../test-support.js'
import { MetricSamples } from '../metrics/samples.js'
import { silentLogger } from '../../core/logger.js'
import { interruptInstances } from './interrupt.js'
import { ScalingLoop } from './loop.js'

const MINUTE = 60_000
let server: TestEmr
let time: number
beforeEach(async () => {
  time = 1_800_000_000_000
  server = await openTestEmr({ clock: () => time })
})
afterEach(async () => {
  await server.emr.reset()
  await server.close()
})

const group = (InstanceRole: string, InstanceCount: number, more: JsonObject = {}): JsonObject => ({
  InstanceRole,
  InstanceCount,
  InstanceType: 'm5.xlarge',
  ...more,
})

/** Starts a cluster and waits until it is up. */
async function start(input: JsonObject, groups: readonly JsonObject[]): Promise<string> {
  const { JobFlowId } = await server.call('RunJobFlow', {
    Name: 'test',
    Instances: { InstanceGroups: groups, KeepJobFlowAliveWhenNoSteps: true },
    ...input,
  })
  const id = JobFlowId as string
  await until(() => stateOf(id) === 'WAITING')
  return id
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const documents = () => server.emr.context.documents
const stateOf = (id: string) => documents().cluster(id)?.state
const requested = (id: string): number[] =>
  documents()
    .groups.of(id)
    .slice(1)
    .map((one) => one.requested)
const isSettled = (id: string): boolean =>
  documents()
    .groups.of(id)
    .every(({ id: own, state, requested: wanted }) => {
      const up = documents()
        .instances.of(id)
        .filter((one) => one.group === own && one.state === 'RUNNING' && !one.leaving)
      return state === 'RUNNING' && up.length === wanted
    })

async function pass(ms: number): Promise<void> {
  // One that is under way has the old time.
  await server.emr.scaling.loop.look()
  time += ms
  await server.emr.scaling.loop.look()
}

/** Steps that run until `done` is there. */
async function addSteps(JobFlowId: string, count: number): Promise<() => Promise<void>> {
  const done = join(server.folder, `done-${time}`)
  const Steps = Array.from({ length: count }, () => ({
    Name: 'waits',
    ActionOnFailure: 'CONTINUE',
    HadoopJarStep: {
      Jar: 'command-runner.jar',
      Args: ['bash', '-c', `until [ -e ${done} ]; do sleep 0.05; done`],
    },
  }))
  await server.call('AddJobFlowSteps', { JobFlowId, Steps })
  await until(() => stateOf(JobFlowId) === 'RUNNING')
  return async () => {
    writeFileSync(done, '')
    await until(() => stateOf(JobFlowId) === 'WAITING')
  }
}

describe('managed scaling', () => {
  const policy = (more: JsonObject): JsonObject => ({
    ComputeLimits: {
      UnitType: 'Instances',
      MinimumCapacityUnits: 1,
      MaximumCapacityUnits: 3,
      MaximumCoreCapacityUnits: 2,
      ...more,
    },
  })
  const groups = [group('MASTER', 1), group('CORE', 1), group('TASK', 0, { Market: 'SPOT' })]

  test('a cluster grows with its steps, and shrinks when it was calm', async () => {
    const id = await start({ ManagedScalingPolicy: policy({}), StepConcurrencyLevel: 4 }, groups)
    await pass(0)
    expect(requested(id)).toEqual([1, 0])
    const finish = await addSteps(id, 4)
    await pass(1000)
    expect(requested(id)).toEqual([2, 1])
    await until(() => isSettled(id))
    await pass(MINUTE)
    expect(server.emr.scaling.samples.latest(id)?.values).toMatchObject({
      IsIdle: 0,
      TotalUnitsRequested: 3,
      CoreNodesRunning: 2,
      TaskVCPURunning: 4,
    })
    await finish()
    await pass(4 * MINUTE)
    expect(requested(id)).toEqual([2, 1])
    await pass(2 * MINUTE)
    expect(requested(id)).toEqual([1, 0])
  })

  test('after a restart nothing shrinks before it was calm', async () => {
    const id = await start({}, [group('MASTER', 1), group('CORE', 3)])
    await pass(0)
    await server.restart()
    await server.call('PutManagedScalingPolicy', {
      ClusterId: id,
      ManagedScalingPolicy: policy({ MaximumCoreCapacityUnits: 3 }),
    })
    await pass(4 * MINUTE)
    expect(requested(id)).toEqual([3])
    await pass(MINUTE + 1)
    expect(requested(id)).toEqual([1])
  })

  test('limits are kept at once, in virtual CPUs too', async () => {
    const id = await start({}, [group('MASTER', 1), group('CORE', 3)])
    await server.call('PutManagedScalingPolicy', {
      ClusterId: id,
      ManagedScalingPolicy: policy({
        UnitType: 'VCPU',
        MaximumCapacityUnits: 9,
        MaximumCoreCapacityUnits: 9,
      }),
    })
    await pass(0)
    expect(requested(id)).toEqual([2])
  })
})

describe('automatic scaling', () => {
  const rule = (Name: string, adjustment: number, more: JsonObject = {}): JsonObject => ({
    Name,
    Action: {
      SimpleScalingPolicyConfiguration: { ScalingAdjustment: adjustment, CoolDown: 300 },
    },
    Trigger: {
      CloudWatchAlarmDefinition: {
        ComparisonOperator: 'GREATER_THAN_OR_EQUAL',
        MetricName: 'IsIdle',
        Period: 60,
        Threshold: 1,
        Dimensions: [{ Key: 'JobFlowId', Value: '${emr.clusterId}' }],
        ...more,
      },
    },
  })
  const policy = (Rules: readonly JsonObject[]): JsonObject => ({
    Constraints: { MinCapacity: 0, MaxCapacity: 4 },
    Rules,
  })
  const groups = [group('MASTER', 1), group('CORE', 1), group('TASK', 1)]
  const put = (ClusterId: string, AutoScalingPolicy: JsonObject, at = 2) =>
    server.call('PutAutoScalingPolicy', {
      ClusterId,
      InstanceGroupId: documents().groups.of(ClusterId)[at]!.id,
      AutoScalingPolicy,
    })
  const status = (id: string): unknown => {
    const described = documents().groups.of(id)[2]?.autoScalingPolicy?.['Status'] as
      | JsonObject
      | undefined
    return described?.['State']
  }

  test('rules resize their group once they are attached, with a rest in between', async () => {
    const id = await start({}, groups)
    expect(await put(id, policy([rule('grow', 2)]))).toMatchObject({
      AutoScalingPolicy: {
        Status: { State: 'PENDING' },
        Rules: [
          {
            Action: {
              SimpleScalingPolicyConfiguration: { AdjustmentType: 'CHANGE_IN_CAPACITY' },
            },
            Trigger: {
              CloudWatchAlarmDefinition: {
                EvaluationPeriods: 1,
                Statistic: 'AVERAGE',
                Dimensions: [{ Key: 'JobFlowId', Value: id }],
              },
            },
          },
        ],
      },
    })
    // A look for each step: ATTACHING, then ATTACHED.
    await pass(MINUTE)
    expect(status(id)).toBe('ATTACHED')
    await pass(1000)
    expect(requested(id)).toEqual([1, 3])
    await until(() => isSettled(id))
    await pass(4 * MINUTE)
    expect(requested(id)).toEqual([1, 3])
    await pass(MINUTE)
    expect(requested(id)).toEqual([1, 4])
    await server.call('RemoveAutoScalingPolicy', {
      ClusterId: id,
      InstanceGroupId: documents().groups.of(id)[2]!.id,
    })
    expect(status(id)).toBe('DETACHING')
    await pass(1000)
    expect(status(id)).toBeUndefined()
  })

  test('policies come with the groups of a new cluster', async () => {
    const withRules = group('TASK', 1, { AutoScalingPolicy: policy([rule('grow', 1)]) })
    const id = await start({}, [...groups.slice(0, 2), withRules])
    expect(status(id)).toBe('PENDING')
    await expect(
      server.call('PutManagedScalingPolicy', {
        ClusterId: id,
        ManagedScalingPolicy: {
          ComputeLimits: {
            UnitType: 'Instances',
            MinimumCapacityUnits: 1,
            MaximumCapacityUnits: 2,
          },
        },
      }),
    ).rejects.toThrow('has an automatic scaling policy')
  })

  test.each<[JsonObject, string, number?]>([
    [policy([]), '1 to 50 rules'],
    [policy([rule('a', 1), rule('a', 2)]), 'Two rules are named "a"'],
    [policy([rule('a', 1, { Period: 30 })]), 'multiple of 60'],
    [policy([rule('a', 1, { EvaluationPeriods: 0 })]), 'one at least'],
    [policy([rule('a', 1, { Period: 86_400, EvaluationPeriods: 2 })]), 'a day at most'],
    [policy([rule('a', 1, { MetricName: 'HDFSUtilization' })]), 'does not know the metric'],
    [policy([rule('a', 1, { Namespace: 'Mine' })]), 'does not know the metric Mine IsIdle'],
    [
      policy([rule('a', 1, { Dimensions: [{ Key: 'JobFlowId', Value: 'j-2' }] })]),
      'its own cluster',
    ],
    [{ ...policy([rule('a', 1)]), Constraints: { MinCapacity: 3, MaxCapacity: 2 } }, 'Constraints'],
    [policy([rule('a', 1)]), 'MASTER instance group is not scaled', 0],
  ])('a policy that cannot be is named: %#', async (asked, message, at = 2) => {
    const id = await start({}, groups)
    await expect(put(id, asked, at)).rejects.toThrow(message)
  })
})

describe('auto-termination', () => {
  const AutoTerminationPolicy = { IdleTimeout: 300 }
  const groups = [group('MASTER', 1)]

  test('a cluster ends when it was idle for as long as its policy says', async () => {
    const id = await start({ AutoTerminationPolicy }, groups)
    await pass(4 * MINUTE)
    const finish = await addSteps(id, 1)
    await pass(10 * MINUTE)
    expect(stateOf(id)).toBe('RUNNING')
    await finish()
    await pass(4 * MINUTE)
    await server.restart()
    await pass(0)
    expect(stateOf(id)).toBe('WAITING')
    expect(server.emr.scaling.samples.latest(id)?.values).toMatchObject({
      AutoTerminationIsClusterIdle: 1,
    })
    await pass(MINUTE)
    await server.emr.context.life.over(id)
    expect(documents().cluster(id)).toMatchObject({
      state: 'TERMINATED',
      reason: { message: 'Auto-terminated: the cluster was idle for 300 seconds' },
    })
    await pass(MINUTE)
    expect(server.emr.scaling.samples.clusters()).not.toContain(id)
  })

  test('the time counts from the policy, and not for a protected cluster', async () => {
    const id = await start({}, groups)
    await pass(60 * MINUTE)
    await server.call('PutAutoTerminationPolicy', { ClusterId: id, AutoTerminationPolicy })
    await server.call('SetTerminationProtection', {
      JobFlowIds: [id],
      TerminationProtected: true,
    })
    await pass(4 * MINUTE)
    await pass(2 * MINUTE)
    expect(stateOf(id)).toBe('WAITING')
    await server.call('SetTerminationProtection', {
      JobFlowIds: [id],
      TerminationProtected: false,
    })
    await pass(0)
    expect(stateOf(id)).not.toBe('WAITING')
  })
})

describe('interruption', () => {
  test('a Spot node goes at once and another one comes', async () => {
    const id = await start({}, [
      group('MASTER', 1),
      group('TASK', 2, { Market: 'SPOT' }),
      group('CORE', 1),
    ])
    const [gone = ''] = interruptInstances({ clusterId: id }, server.emr.context)
    const one = () => documents().instances.get(gone)
    await until(() => one()?.state === 'TERMINATED' && isSettled(id))
    expect(one()).toMatchObject({
      role: 'TASK',
      reason: { code: 'INSTANCE_FAILURE', message: 'The Spot instance was interrupted.' },
    })
    const { Instances } = await server.call('ListInstances', {
      ClusterId: id,
      InstanceGroupTypes: ['TASK'],
      InstanceStates: ['RUNNING'],
    })
    expect(Instances).toHaveLength(2)
  })

  test('what cannot be interrupted is named', async () => {
    const id = await start({}, [group('MASTER', 1), group('CORE', 1)])
    const { context } = server.emr
    expect(() => interruptInstances({ clusterId: id }, context)).toThrow('no node of cluster')
    const [primary] = documents().instances.of(id)
    expect(() =>
      interruptInstances({ clusterId: id, instanceId: primary!.ec2Id }, context),
    ).toThrow('the primary node')
  })
})

test('a CloudWatch that does not answer keeps nothing from being looked at', async () => {
  const id = await start({}, [group('MASTER', 1)])
  const said: string[] = []
  const sent: string[] = []
  const { context } = server.emr
  const samples = new MetricSamples()
  const loop = new ScalingLoop({
    context: { ...context, logger: { ...silentLogger, warn: (text) => void said.push(text) } },
    samples,
    alarms: { evaluate() {}, deliver: async () => undefined },
    sampleMs: 1000,
    async push(metrics) {
      sent.push(...metrics.map(({ cluster }) => cluster))
      throw new Error('not there')
    },
  })
  await loop.look()
  time += 1000
  await loop.look()
  await loop.close()
  expect(sent).toEqual([id, id])
  expect(said).toEqual(['metrics were not sent', 'metrics were not sent'])
  expect(samples.of(id, 'IsIdle')).toHaveLength(2)
})

test('a fleet whose new nodes fail is left as it is, until somebody changes it', async () => {
  const script = join(server.folder, 'setup.sh')
  writeFileSync(script, `#!/bin/bash\n[ ! -e ${server.folder}/broken ]\n`, { mode: 0o755 })
  const fleet = (InstanceFleetType: string): JsonObject => ({
    InstanceFleetType,
    TargetOnDemandCapacity: 1,
    InstanceTypeConfigs: [{ InstanceType: 'm5.xlarge' }],
  })
  const { JobFlowId } = await server.call('RunJobFlow', {
    Name: 'test',
    Instances: {
      KeepJobFlowAliveWhenNoSteps: true,
      InstanceFleets: [fleet('MASTER'), fleet('CORE')],
    },
    BootstrapActions: [{ Name: 'setup', ScriptBootstrapAction: { Path: `file://${script}` } }],
  })
  const id = JobFlowId as string
  await until(() => stateOf(id) === 'WAITING')
  const core = () => documents().fleets.of(id)[1]!
  const nodes = () =>
    documents()
      .instances.of(id)
      .filter(({ fleet: of }) => of === core().id)
  writeFileSync(join(server.folder, 'broken'), '')
  interruptInstances({ clusterId: id, instanceId: nodes()[0]!.id }, server.emr.context)
  await until(() => core().state === 'SUSPENDED')
  await pass(MINUTE)
  expect(nodes()).toHaveLength(2)
  rmSync(join(server.folder, 'broken'))
  await server.call('ModifyInstanceFleet', {
    ClusterId: id,
    InstanceFleet: { InstanceFleetId: core().id, TargetOnDemandCapacity: 1 },
  })
  await until(() => core().state === 'RUNNING' && nodes()[2]?.state === 'RUNNING')
})

describe('Spot capacity that does not come', () => {
  const fleets = (TimeoutAction: string): JsonObject => ({
    Name: 'test',
    Instances: {
      KeepJobFlowAliveWhenNoSteps: true,
      InstanceFleets: [
        {
          InstanceFleetType: 'MASTER',
          TargetOnDemandCapacity: 1,
          InstanceTypeConfigs: [{ InstanceType: 'm5.xlarge' }],
        },
        {
          InstanceFleetType: 'CORE',
          TargetSpotCapacity: 4,
          InstanceTypeConfigs: [{ InstanceType: 'm5.xlarge', WeightedCapacity: 2 }],
          LaunchSpecifications: {
            SpotSpecification: { TimeoutDurationMinutes: 5, TimeoutAction },
          },
        },
      ],
    },
  })
  /** No node comes up: their folders cannot be made. */
  const blocked = () => join(server.folder, 'emr', 'nodes')
  beforeEach(() => {
    mkdirSync(join(server.folder, 'emr'), { recursive: true })
    writeFileSync(blocked(), '')
  })
  afterEach(() => rmSync(blocked(), { force: true }))

  test('ends the cluster', async () => {
    const { JobFlowId } = await server.call('RunJobFlow', fleets('TERMINATE_CLUSTER'))
    await pass(4 * MINUTE)
    expect(stateOf(JobFlowId as string)).toBe('STARTING')
    await pass(MINUTE)
    expect(documents().cluster(JobFlowId as string)).toMatchObject({
      state: 'TERMINATING',
      end: 'TERMINATED_WITH_ERRORS',
      reason: { code: 'INSTANCE_FLEET_TIMEOUT' },
    })
  })

  test('becomes On-Demand capacity', async () => {
    const { JobFlowId } = await server.call('RunJobFlow', fleets('SWITCH_TO_ON_DEMAND'))
    const id = JobFlowId as string
    await pass(5 * MINUTE)
    expect(documents().fleets.of(id)[1]).toMatchObject({ targetSpot: 0, targetOnDemand: 4 })
    await pass(MINUTE)
    const markets = documents()
      .instances.of(id)
      .map(({ market, leaving }) => [market, leaving])
    expect(markets).toEqual(Array.from({ length: 3 }, () => ['ON_DEMAND', undefined]))
  })
})
