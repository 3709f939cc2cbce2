import { dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { processesWith, startOf } from '../../src/clusters/process-id.js'
import { openStore } from '../../src/storage/open.js'
import { interopTools } from '../interop/tools.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'
import { sparkHome } from '../support/spark-server.js'

const tools = await interopTools()
const server =
  tools &&
  (await startEmrServer(() => ({
    HEADRIG_SPARK_HOME: sparkHome(tools.python),
    HEADRIG_SPARK_JARS: dirname(tools.jars[0] ?? ''),
    PYSPARK_PYTHON: tools.python,
  })))

const PROGRAM = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print('sum', spark.range(1000).repartition(4).groupBy().sum('id').first()[0], spark.sparkContext.master[:8])
`

interface Instance {
  readonly Ec2InstanceId: string
  readonly PrivateDnsName: string
  readonly Status: { readonly State: string }
}

describe.skipIf(!server)('Spark of a cluster', () => {
  const { call, reach, killAndStart, folder, s3 } = server ?? ({} as EmrServer)
  afterAll(() => server?.close())

  test('starts for the first step that needs it, grows with the cluster, outlives the server, and ends with the cluster', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = s3
    const store = openStore('s3://logs', {
      endpoint,
      region,
      credentials: async () => ({ accessKeyId, secretAccessKey }),
    })
    await store.put('sum.py', Buffer.from(PROGRAM))
    const submit = {
      Name: 'sum',
      ActionOnFailure: 'CONTINUE',
      HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit', 's3://logs/sum.py'] },
    }
    const { JobFlowId } = await call('RunJobFlow', {
      Name: 'spark',
      ReleaseLabel: 'emr-7.12.0',
      LogUri: 's3://logs/emr',
      Applications: [{ Name: 'Spark' }],
      Instances: {
        KeepJobFlowAliveWhenNoSteps: true,
        MasterInstanceType: 'm5.xlarge',
        SlaveInstanceType: 'm5.xlarge',
        InstanceCount: 2,
      },
    })
    const id = JobFlowId as string
    await reach(id, 'WAITING')
    const nodes = async (role: string): Promise<string[]> => {
      const filter = { InstanceGroupTypes: [role], InstanceStates: ['RUNNING'] }
      const { Instances } = await call('ListInstances', { ClusterId: id, ...filter })
      return (Instances as Instance[]).map(({ PrivateDnsName }) => PrivateDnsName)
    }
    const pids = async (role: string): Promise<number[]> =>
      (await nodes(role)).map((name) => Number(/\.pid-(\d+)\./.exec(name)?.[1]))
    /** Runs the program; gives what it wrote. */
    const sum = async (): Promise<string> => {
      const { StepIds } = await call('AddJobFlowSteps', { JobFlowId: id, Steps: [submit] })
      const [step] = StepIds as [string]
      const look = async (): Promise<unknown> => {
        const { Step } = await call('DescribeStep', { ClusterId: id, StepId: step })
        const { Status } = Step as { Status: { State: string } }
        return Status.State === 'FAILED' ? Status : Status.State
      }
      await expect.poll(look, { timeout: 150_000, interval: 200 }).not.toMatch(/PENDING|RUNNING/)
      expect(await look()).toBe('COMPLETED')
      return gunzipSync(await store.get(`emr/${id}/steps/${step}/stdout.gz`)).toString()
    }
    expect(await nodes('CORE')).toEqual([expect.stringMatching(/^folder\./)])
    expect(await sum()).toBe('sum 499500 spark://\n')
    const [master] = await pids('MASTER')
    const [core] = await pids('CORE')
    for (const pid of [master!, core!]) expect(await startOf(pid)).toBeDefined()

    await call('AddInstanceGroups', {
      JobFlowId: id,
      InstanceGroups: [{ InstanceRole: 'TASK', InstanceType: 'm5.xlarge', InstanceCount: 1 }],
    })
    await expect
      .poll(() => nodes('TASK'), { timeout: 60_000, interval: 200 })
      .toEqual([expect.stringMatching(/^(?:task-\d+\.pid-\d+|shares-core-\d+)\./)])

    await killAndStart()
    await reach(id, 'WAITING')
    expect(await pids('CORE')).toEqual([core])
    expect(await pids('MASTER')).toEqual([master])
    expect(await sum()).toBe('sum 499500 spark://\n')

    const { Instances } = await call('ListInstances', { ClusterId: id })
    await call('TerminateJobFlows', { JobFlowIds: [id] })
    await reach(id, 'TERMINATED')
    for (const pid of [master!, core!]) expect(await startOf(pid)).toBeUndefined()
    expect(await processesWith('HEADRIG_CLUSTER_FOLDER', `${folder}/data/clusters/${id}`)).toEqual(
      [],
    )
    const keys: string[] = []
    for await (const { key } of store.list(`emr/${id}/node/`)) keys.push(key)
    const [primary, worker] = (Instances as Instance[]).map(({ Ec2InstanceId }) => Ec2InstanceId)
    expect(keys).toEqual(
      expect.arrayContaining([
        `emr/${id}/node/${primary!}/applications/spark/connect.log.gz`,
        `emr/${id}/node/${primary!}/applications/spark/master.log.gz`,
        `emr/${id}/node/${worker!}/applications/spark/core-1.log.gz`,
      ]),
    )
  }, 400_000)
})
