import { existsSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../src/clusters/cluster.js'
import { startLocalCluster } from '../../src/clusters/local/start.js'
import { sparkOfCluster } from '../../src/jobs/spark/step-spark.js'
import { BINARY } from '../support/launch.js'
import { stepBench } from '../support/steps.js'

const MIB = 2 ** 20
const bench = existsSync(BINARY)
  ? await stepBench(({ places }) => ({ spark: () => sparkOfCluster('c-1', places) }))
  : undefined

const REPORT = `
import os, sys
from helper import twice
from pyspark import SparkFiles
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
print(context.master.split(":")[0], context.appName, spark.conf.get("spark.executor.memory"), sys.argv[1:])
print(open(SparkFiles.get("ports.txt")).read().strip(), twice(21))
lines = spark.read.text("s3://steps/in/").rdd.map(lambda row: (row.value.split()[0], 1))
counts = sorted(lines.reduceByKey(lambda a, b: a + b).collect())
print(counts)
spark.createDataFrame(counts, "word string, n long").coalesce(1).write.csv("s3://steps/out/words")
print(os.environ["HEADRIG_LAKE"][-5:], os.getcwd().split("/")[-1])
print("AKIA" in open(f"/proc/{os.getppid()}/cmdline").read(), context.getConf().get("spark.authenticate"))
print("to stderr", file=sys.stderr)
`

describe.skipIf(!bench)('steps on Spark', { timeout: 300_000 }, () => {
  const { run, log, put, get, places } = bench!
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startLocalCluster(
      {
        id: 'c-1',
        coreWorkers: 1,
        workerMemory: 512 * MIB,
        driverMemory: 640 * MIB,
        conf: { 'spark.dynamicAllocation.executorIdleTimeout': '1s' },
      },
      places,
      { timeoutMs: 240_000 },
    )
    await put('s3://steps/code/report.py', REPORT)
    await put('s3://steps/code/helper.py', 'def twice(n): return 2 * n\n')
    await put('s3://steps/code/ports.txt', 'https 443\n')
    await put('s3://steps/in/a.txt', 'to be\nor not\nto be\n')
  }, 300_000)
  afterAll(async () => {
    await cluster?.stop()
    await bench?.close()
  })

  test('spark-submit: a Python program of a bucket, on the cluster', async () => {
    const step = await run({
      name: 'report',
      args: [
        '/usr/bin/spark-submit',
        '--deploy-mode',
        'cluster',
        '--master=yarn',
        '--py-files',
        's3://steps/code/helper.py',
        '--files',
        's3://steps/code/ports.txt',
        '--executor-memory',
        '20g',
        '--conf',
        'spark.yarn.maxAppAttempts=1',
        's3://steps/code/report.py',
        '--days',
        'a b',
      ],
    })
    expect({ failure: step.failure, stdout: log(step, 'stdout') }).toEqual({
      failure: undefined,
      stdout: [
        `spark report 512m ['--days', 'a b']`,
        'https 443 42',
        `[('or', 1), ('to', 2)]`,
        '/lake work',
        'False true',
        '',
      ].join('\n'),
    })
    expect(log(step, 'stderr')).toMatch(/ INFO DAGScheduler: Job \d+ finished/)
    expect(log(step, 'stderr')).toContain('to stderr\n')
    expect(log(step, 'syslog')).toContain('spark.executor.memory=20g is more than a worker')
    const stored = await get(`s3://steps/logs/${step.spec.cluster}/steps/${step.spec.id}/stdout.gz`)
    expect(gunzipSync(stored).toString()).toBe(log(step, 'stdout'))
  })
})
