import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import { interopTools } from '../interop/tools.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'
import { sparkHome } from '../support/spark-server.js'

// Only root can run steps as somebody else.
const isRoot = process.getuid?.() === 0
const tools = isRoot ? await interopTools() : undefined
const server = isRoot
  ? await startEmrServer(() => ({
      HEADRIG_SERVER_STEP_USER: 'nobody',
      ...(tools && {
        HEADRIG_SPARK_HOME: sparkHome(tools.python),
        HEADRIG_SPARK_JARS: dirname(tools.jars[0] ?? ''),
        PYSPARK_PYTHON: tools.python,
      }),
    }))
  : undefined

const WHO = `import os
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(os.getuid(), spark.sparkContext.parallelize([1], 1).map(lambda _: os.getuid()).collect())
`

describe.skipIf(!server)('steps of a server with an account for them', () => {
  const { call, reach, folder, s3 } = server ?? ({} as EmrServer)
  afterAll(() => server!.close())

  test('can read neither keys nor state, and nor can bootstrap actions', async () => {
    const data = join(folder, 'data')
    const script = join(folder, 'prepare.sh')
    writeFileSync(script, '#!/bin/bash\nid -un; cat "$1"\nexit 0\n')
    chmodSync(script, 0o755)
    const key = join(data, 'server', 'first-key')
    const look = `id -un; pwd; touch here && ls; cat ${key} ${data}/server/state.db; ls ${data}/emr/steps; kill -0 $PPID`
    const { JobFlowId } = await call('RunJobFlow', {
      Name: 'as nobody',
      ReleaseLabel: 'emr-7.0.0',
      LogUri: 's3://logs/x',
      Instances: { InstanceCount: 1, MasterInstanceType: 'm5.xlarge' },
      BootstrapActions: [
        { Name: 'prepare', ScriptBootstrapAction: { Path: `file://${script}`, Args: [key] } },
      ],
      Steps: [
        {
          Name: 'look',
          ActionOnFailure: 'CONTINUE',
          HadoopJarStep: { Jar: 'command-runner.jar', Args: ['bash', '-c', look] },
        },
      ],
    })
    const cluster = String(JobFlowId)
    await reach(cluster, 'TERMINATED')
    const { accessKeyId, secretAccessKey, endpoint, region } = s3
    const credentials = { accessKeyId, secretAccessKey }
    const store = openStore('s3://logs/x', { endpoint, region, credentials })
    const logs: Record<string, string> = {}
    for await (const { key: name } of store.list(`${cluster}/`)) {
      const [, log] = /(?:steps\/[^/]+|bootstrap-actions)\/([^/]+|1\/[^/]+)\.gz$/.exec(name) ?? []
      if (log !== undefined) logs[log] = gunzipSync(await store.get(name)).toString()
    }
    expect(logs['1/stdout']).toBe('nobody\n')
    expect(logs['1/stderr']).toContain('Permission denied')
    expect(logs['stdout']).toMatch(/^nobody\n.*\/work\nhere\ntmp\n$/)
    expect(logs['stderr']?.match(/ermission denied|not permitted/g)).toHaveLength(4)
    expect(JSON.stringify(logs)).not.toContain('aws_secret_access_key')
  })

  test.skipIf(!tools)('and so is the Spark of a cluster', { timeout: 300_000 }, async () => {
    const program = join(folder, 'who.py')
    writeFileSync(program, WHO)
    chmodSync(program, 0o644)
    const { JobFlowId } = await call('RunJobFlow', {
      Name: 'as nobody',
      ReleaseLabel: 'emr-7.0.0',
      Applications: [{ Name: 'Spark' }],
      Instances: {
        InstanceCount: 2,
        MasterInstanceType: 'm5.xlarge',
        SlaveInstanceType: 'm5.xlarge',
      },
      Steps: [
        {
          Name: 'who',
          ActionOnFailure: 'CONTINUE',
          HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit', program] },
        },
      ],
    })
    const cluster = String(JobFlowId)
    const steps = async () => {
      const { Steps } = await call('ListSteps', { ClusterId: cluster })
      return Steps as { Id: string; Status: { State: string } }[]
    }
    await expect
      .poll(async () => (await steps())[0]?.Status.State, { timeout: 280_000, interval: 500 })
      .toMatch(/COMPLETED|FAILED/)
    const [step] = await steps()
    const logs = join(folder, 'data', 'emr', 'steps', cluster, step!.Id, '1')
    expect([readFileSync(join(logs, 'stdout'), 'utf8'), step!.Status.State]).toEqual([
      '65534 [65534]\n',
      'COMPLETED',
    ])
  })
})
