import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json, JsonObject } from '../wire/service.js'
import { openTestEmr, type TestEmr } from './test-support.js'

let emr: TestEmr
beforeAll(async () => {
  emr = await openTestEmr()
})
afterAll(() => emr.close())

const bash = (script: string, more: JsonObject = {}): JsonObject => ({
  Name: script.slice(0, 40),
  ActionOnFailure: 'CONTINUE',
  HadoopJarStep: { Jar: 'command-runner.jar', Args: ['bash', '-c', script] },
  ...more,
})

const INSTANCES = {
  KeepJobFlowAliveWhenNoSteps: true,
  InstanceGroups: [
    { InstanceRole: 'MASTER', InstanceType: 'm5.xlarge', InstanceCount: 1 },
    { InstanceRole: 'CORE', InstanceType: 'm5.xlarge', InstanceCount: 2 },
  ],
}

async function start(more: JsonObject = {}, instances: JsonObject = {}): Promise<string> {
  const { JobFlowId } = await emr.call('RunJobFlow', {
    Name: 'mine',
    ReleaseLabel: 'emr-7.12.0',
    Instances: { ...INSTANCES, ...instances },
    ...more,
  })
  return JobFlowId as string
}

async function cluster(id: string): Promise<Record<string, Json>> {
  return (await emr.call('DescribeCluster', { ClusterId: id }))['Cluster'] as Record<string, Json>
}

async function stateOf(id: string): Promise<string> {
  return ((await cluster(id))['Status'] as { State: string }).State
}

/** Waits for a state; gives the reason. */
async function reach(id: string, state: string): Promise<Json> {
  await expect.poll(() => stateOf(id), { timeout: 30_000, interval: 20 }).toBe(state)
  return ((await cluster(id))['Status'] as { StateChangeReason: Json }).StateChangeReason
}

async function steps(id: string, more: JsonObject = {}): Promise<JsonObject[]> {
  const { Steps } = await emr.call('ListSteps', { ClusterId: id, ...more })
  return Steps as JsonObject[]
}

async function states(id: string): Promise<string[]> {
  const all = await steps(id)
  return all.map(({ Status }) => (Status as { State: string }).State).toReversed()
}

async function add(id: string, ...Steps: JsonObject[]): Promise<string[]> {
  return (await emr.call('AddJobFlowSteps', { JobFlowId: id, Steps }))['StepIds'] as string[]
}

async function instances(id: string, more: JsonObject = {}): Promise<Record<string, Json>[]> {
  const { Instances } = await emr.call('ListInstances', { ClusterId: id, ...more })
  return Instances as Record<string, Json>[]
}

const terminate = (id: string) => emr.call('TerminateJobFlows', { JobFlowIds: [id] })

test('a cluster runs its steps in turn, then ends', async () => {
  const file = join(emr.folder, 'told')
  const id = await start(
    { Steps: [bash(`echo one >> ${file}`), bash(`echo two >> ${file}; exit 3`), bash('true')] },
    { KeepJobFlowAliveWhenNoSteps: false },
  )
  expect(id).toMatch(/^j-[A-Z0-9]{13}$/)
  expect(await reach(id, 'TERMINATED')).toEqual({
    Code: 'ALL_STEPS_COMPLETED',
    Message: 'Steps completed',
  })
  expect(await states(id)).toEqual(['COMPLETED', 'FAILED', 'COMPLETED'])
  expect(await readFile(file, 'utf8')).toBe('one\ntwo\n')
  const [, failed] = await steps(id)
  expect(failed!['Status']).toMatchObject({
    FailureDetails: { Message: expect.stringContaining('exit code 3') },
  })
  const { Status } = await cluster(id)
  const { Timeline } = Status as { Timeline: Record<string, number> }
  expect(Timeline['CreationDateTime']).toBeLessThanOrEqual(Timeline['ReadyDateTime']!)
  expect(Timeline['ReadyDateTime']).toBeLessThanOrEqual(Timeline['EndDateTime']!)
  const nodes = await instances(id)
  expect(nodes.map((one) => (one['Status'] as { State: string }).State)).toEqual([
    'TERMINATED',
    'TERMINATED',
    'TERMINATED',
  ])
})

test('a cluster that is kept waits, takes steps, and ends when it is told to', async () => {
  const id = await start()
  expect(await reach(id, 'WAITING')).toEqual({ Message: 'Cluster ready to run steps.' })
  const [step] = await add(id, bash('sleep 600'))
  expect(await stateOf(id)).toBe('RUNNING')
  const { Step } = await emr.call('DescribeStep', { ClusterId: id, StepId: step! })
  expect(Step).toMatchObject({
    Id: step,
    Config: { Jar: 'command-runner.jar', Args: ['bash', '-c', 'sleep 600'], Properties: {} },
    Status: { State: 'RUNNING' },
  })
  const waiting = await add(id, bash('true'), bash('true'))
  const { CancelStepsInfoList } = await emr.call('CancelSteps', {
    ClusterId: id,
    StepIds: [step!, waiting[0]!, 's-UNKNOWN'],
    StepCancellationOption: 'TERMINATE_PROCESS',
  })
  expect(CancelStepsInfoList).toMatchObject([
    { Status: 'SUBMITTED' },
    { Status: 'SUBMITTED' },
    { Status: 'FAILED', Reason: "Step id 's-UNKNOWN' is not valid." },
  ])
  await reach(id, 'WAITING')
  expect(await states(id)).toEqual(['CANCELLED', 'CANCELLED', 'COMPLETED'])
  await terminate(id)
  expect(await reach(id, 'TERMINATED')).toEqual({
    Code: 'USER_REQUEST',
    Message: 'Terminated by user request',
  })
  await expect(add(id, bash('true'))).rejects.toThrow('may not be modified')
})

test('a cluster that is not kept waits a minute for its first step', async () => {
  let now = Date.now()
  const other = await openTestEmr({ clock: () => now })
  const { JobFlowId } = await other.call('RunJobFlow', {
    Name: 'x',
    Instances: { MasterInstanceType: 'm5.xlarge', InstanceCount: 1 },
  })
  const id = JobFlowId as string
  const { documents, life } = other.emr.context
  await expect.poll(() => documents.cluster(id)!.state).toBe('WAITING')
  now += 59_000
  life.advance(id)
  expect(documents.cluster(id)!.state).toBe('WAITING')
  now += 1000
  life.advance(id)
  await expect.poll(() => documents.cluster(id)!.state).toBe('TERMINATED')
  await other.close()
})

test.for([
  ['CONTINUE', 'WAITING', ['FAILED', 'COMPLETED']],
  ['CANCEL_AND_WAIT', 'WAITING', ['FAILED', 'CANCELLED']],
  ['TERMINATE_CLUSTER', 'TERMINATED_WITH_ERRORS', ['FAILED', 'CANCELLED']],
  ['TERMINATE_JOB_FLOW', 'TERMINATED_WITH_ERRORS', ['FAILED', 'CANCELLED']],
] as const)('a failed step with %s leaves its cluster %s', async ([action, state, all]) => {
  const id = await start({ Steps: [bash('exit 1', { ActionOnFailure: action }), bash('true')] })
  const reason = await reach(id, state)
  if (state !== 'WAITING') expect(reason).toMatchObject({ Code: 'STEP_FAILURE' })
  await expect.poll(() => states(id)).toEqual(all)
  await terminate(id)
})

test('protection keeps a cluster from its user and from its failed steps', async () => {
  const fails = bash('exit 1', { ActionOnFailure: 'TERMINATE_CLUSTER' })
  const id = await start(
    { Steps: [fails, bash('true')] },
    { KeepJobFlowAliveWhenNoSteps: false, TerminationProtected: true },
  )
  await reach(id, 'WAITING')
  expect(await states(id)).toEqual(['FAILED', 'CANCELLED'])
  const other = await start()
  await expect(emr.call('TerminateJobFlows', { JobFlowIds: [other, id] })).rejects.toThrow(
    'termination protected',
  )
  expect(await stateOf(other)).not.toBe('TERMINATING')
  await emr.call('SetTerminationProtection', { JobFlowIds: [id], TerminationProtected: false })
  await reach(id, 'TERMINATED')
  await terminate(other)
})

test('as many steps run at once as the cluster is told', async () => {
  const id = await start({ StepConcurrencyLevel: 2 })
  await reach(id, 'WAITING')
  await expect(add(id, bash('true', { ActionOnFailure: 'CANCEL_AND_WAIT' }))).rejects.toThrow(
    'must be CONTINUE',
  )
  const [one, two] = await add(id, bash('sleep 600'), bash('sleep 600'), bash('sleep 600'))
  expect(await states(id)).toEqual(['RUNNING', 'RUNNING', 'PENDING'])
  await emr.call('ModifyCluster', { ClusterId: id, StepConcurrencyLevel: 3 })
  expect(await states(id)).toEqual(['RUNNING', 'RUNNING', 'RUNNING'])
  expect(await steps(id, { StepIds: [one!, two!] })).toMatchObject([{ Id: two }, { Id: one }])
  expect(await steps(id, { StepStates: ['PENDING'] })).toEqual([])
  await terminate(id)
  await reach(id, 'TERMINATED')
  expect(await states(id)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED'])
})

test('bootstrap actions run once on each node, in its folder', async () => {
  const told = join(emr.folder, 'bootstrapped')
  const script = join(emr.folder, 'setup.sh')
  await writeFile(script, `#!/bin/bash\necho "$1 $(pwd)" >> ${told}\n`, { mode: 0o755 })
  const action = (Path: string, ...Args: string[]) => ({
    Name: 'setup',
    ScriptBootstrapAction: { Path, Args },
  })
  const id = await start({
    BootstrapActions: [action(`file://${script}`, 'a'), action(script, 'b')],
  })
  await reach(id, 'WAITING')
  const lines = (await readFile(told, 'utf8')).trim().split('\n')
  expect(lines.filter((line) => line.startsWith('a '))).toHaveLength(3)
  expect(lines.filter((line) => line.startsWith('b '))).toHaveLength(3)
  expect(new Set(lines).size).toBe(6)
  expect(await emr.call('ListBootstrapActions', { ClusterId: id })).toEqual({
    BootstrapActions: [
      { Name: 'setup', ScriptPath: `file://${script}`, Args: ['a'] },
      { Name: 'setup', ScriptPath: script, Args: ['b'] },
    ],
  })
  await terminate(id)
})

test('a bootstrap action that fails ends its cluster, and no step runs', async () => {
  const script = join(emr.folder, 'broken.sh')
  await writeFile(script, '#!/bin/bash\nexit 7\n', { mode: 0o755 })
  const id = await start({
    Steps: [bash('true')],
    BootstrapActions: [{ Name: 'x', ScriptBootstrapAction: { Path: `file://${script}` } }],
  })
  expect(await reach(id, 'TERMINATED_WITH_ERRORS')).toEqual({
    Code: 'BOOTSTRAP_FAILURE',
    Message: expect.stringMatching(
      /^On the \w+ instance \(i-0\w{16}\), bootstrap action 1 returned a non-zero return code$/,
    ),
  })
  expect(await states(id)).toEqual(['CANCELLED'])
})

test('groups grow and shrink, and instances that are named leave', async () => {
  const id = await start()
  await reach(id, 'WAITING')
  const { InstanceGroupIds } = await emr.call('AddInstanceGroups', {
    JobFlowId: id,
    InstanceGroups: [
      {
        Name: 'spot',
        InstanceRole: 'TASK',
        InstanceType: 'm5.large',
        InstanceCount: 3,
        BidPrice: '0.10',
      },
    ],
  })
  const [task] = InstanceGroupIds as [string]
  const group = async (): Promise<JsonObject> => {
    const { InstanceGroups } = await emr.call('ListInstanceGroups', { ClusterId: id })
    return (InstanceGroups as JsonObject[]).find(({ Id }) => Id === task)!
  }
  const running = async (count: number): Promise<void> => {
    await expect
      .poll(group)
      .toMatchObject({ RunningInstanceCount: count, Status: { State: 'RUNNING' } })
  }
  await running(3)
  expect(await group()).toMatchObject({ Market: 'SPOT', BidPrice: '0.10', Name: 'spot' })
  const modify = (change: JsonObject): Promise<JsonObject> =>
    emr.call('ModifyInstanceGroups', {
      ClusterId: id,
      InstanceGroups: [{ InstanceGroupId: task, ...change }],
    })
  await modify({ InstanceCount: 4 })
  await running(4)
  const [, second] = await instances(id, { InstanceGroupId: task })
  await modify({ EC2InstanceIdsToTerminate: [second!['Ec2InstanceId'] as string] })
  await running(3)
  expect(await group()).toMatchObject({ RequestedInstanceCount: 3 })
  const [gone] = await instances(id, { InstanceGroupId: task, InstanceStates: ['TERMINATED'] })
  expect(gone!['Id']).toBe(second!['Id'])
  await modify({ InstanceCount: 0 })
  await running(0)
  const master = (await instances(id, { InstanceGroupTypes: ['MASTER'] }))[0]!['InstanceGroupId']
  await expect(modify({ InstanceGroupId: master as string, InstanceCount: 2 })).rejects.toThrow(
    'master instance group cannot be resized',
  )
  // One that is lost is replaced.
  const [lost] = await instances(id, { InstanceGroupTypes: ['CORE'] })
  emr.emr.context.life.retire([lost!['Id'] as string], {
    reason: { code: 'INSTANCE_FAILURE', message: 'lost' },
    graceMs: 0,
  })
  await expect
    .poll(async () =>
      (await instances(id, { InstanceGroupTypes: ['CORE'] })).map(
        ({ Status }) => (Status as { State: string }).State,
      ),
    )
    .toEqual(['TERMINATED', 'RUNNING', 'RUNNING'])
  await terminate(id)
})

test('clusters are listed, the newest first, by state, in pages', async () => {
  const made: string[] = []
  for (let i = 0; i < 52; i++)
    made.push(
      await start({ Name: `n${i}` }, { InstanceGroups: INSTANCES.InstanceGroups.slice(0, 1) }),
    )
  const first = await emr.call('ListClusters')
  const ids = (page: JsonObject): string[] =>
    (page['Clusters'] as { Id: string }[]).map(({ Id }) => Id)
  expect(ids(first)).toEqual(made.toReversed().slice(0, 50))
  const second = await emr.call('ListClusters', { Marker: first['Marker']! })
  expect(ids(second).slice(0, 2)).toEqual(made.slice(0, 2).toReversed())
  expect(ids(await emr.call('ListClusters', { CreatedBefore: 5 }))).toEqual([])
  for (let i = 0; i < 52; i += 10)
    await emr.call('TerminateJobFlows', { JobFlowIds: made.slice(i, i + 10) })
  await reach(made[51]!, 'TERMINATED')
  const { JobFlows } = await emr.call('DescribeJobFlows', { JobFlowIds: [made[51]!] })
  expect(JobFlows).toMatchObject([
    { JobFlowId: made[51], ExecutionStatusDetail: { State: 'COMPLETED' } },
  ])
  await expect(emr.call('TerminateJobFlows', { JobFlowIds: made })).rejects.toThrow('maximum of 10')
})

test.for<[string, JsonObject, string]>([
  ['a release of nobody', { ReleaseLabel: 'emr-4.0.0' }, 'release label is invalid'],
  ['an application that is not there', { Applications: [{ Name: 'Presto' }] }, "'Presto'"],
  ['Kerberos', { KerberosAttributes: { Realm: 'r', KdcAdminPassword: 'p' } }, 'Kerberos'],
  ['an AMI', { AmiVersion: '3.8.0' }, 'AMI versions'],
  ['logs nowhere', { LogUri: 'ftp://x/y' }, 'Log URI'],
  ['300 steps at once', { StepConcurrencyLevel: 300 }, 'between 1 and 256'],
  ['no groups', { Instances: {} }, 'must be given'],
  [
    'two masters',
    {
      Instances: {
        InstanceGroups: [{ InstanceRole: 'MASTER', InstanceType: 'm5.large', InstanceCount: 2 }],
      },
    },
    'exactly one master',
  ],
  ['a strange type', { Instances: { MasterInstanceType: '../x', InstanceCount: 1 } }, "'../x'"],
  ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: '1' }] }, 'reserved'],
  ['a step that is too long', { Steps: [bash('x'.repeat(10_250))] }, 'longer than 10240'],
  [
    'a role for steps',
    { StepExecutionRoleArn: 'arn:aws:iam::111122223333:role/steps' },
    'runtime roles',
  ],
  ['a configuration that is not there', { SecurityConfiguration: 'none' }, 'does not exist'],
])('a cluster with %s is refused whole', async ([, more, message]) => {
  const before = await emr.call('ListClusters')
  await expect(start(more)).rejects.toThrow(message)
  expect(await emr.call('ListClusters')).toEqual(before)
})

test('policies are asked about tags, and about each role that is handed on', async () => {
  const asked = await emr.access('RunJobFlow', {
    Name: 'x',
    Instances: {},
    ServiceRole: 'EMR_DefaultRole',
    JobFlowRole: 'arn:aws:iam::111122223333:role/EMR_EC2_DefaultRole',
    Tags: [{ Key: 'team', Value: 'blue' }],
  })
  expect(asked).toMatchObject([
    {
      action: 'elasticmapreduce:RunJobFlow',
      context: { 'elasticmapreduce:RequestTag/team': 'blue', 'aws:TagKeys': ['team'] },
    },
    {
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::111122223333:role/EMR_DefaultRole',
      context: { 'iam:PassedToService': 'elasticmapreduce.amazonaws.com' },
    },
    { action: 'iam:PassRole', resource: 'arn:aws:iam::111122223333:role/EMR_EC2_DefaultRole' },
  ])
  const id = await start({ Tags: [{ Key: 'team', Value: 'blue' }] })
  expect(await emr.access('AddJobFlowSteps', { JobFlowId: id, Steps: [] })).toEqual([
    {
      action: 'elasticmapreduce:AddJobFlowSteps',
      resource: `arn:aws:elasticmapreduce:us-east-1:111122223333:cluster/${id}`,
      context: { 'elasticmapreduce:ResourceTag/team': 'blue', 'aws:ResourceTag/team': 'blue' },
    },
  ])
  await terminate(id)
})

test('a restart goes on with clusters and with steps that wait, and says what was lost', async () => {
  const id = await start({ Steps: [bash('sleep 600'), bash('true')] })
  await reach(id, 'RUNNING')
  await expect.poll(() => states(id)).toEqual(['RUNNING', 'PENDING'])
  await emr.restart()
  await reach(id, 'WAITING')
  expect(await states(id)).toEqual(['CANCELLED', 'COMPLETED'])
  await emr.emr.reset()
  expect(await emr.call('ListClusters')).toEqual({ Clusters: [] })
  await expect(cluster(id)).rejects.toThrow(`Cluster id '${id}' is not valid`)
})
