import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Cluster } from '../../src/clusters/cluster.js'
import { processesWith } from '../../src/clusters/process-id.js'
import { startLocalCluster } from '../../src/clusters/local/start.js'
import { STEP_VARIABLE } from '../../src/jobs/environment.js'
import { sparkOfCluster } from '../../src/jobs/spark/step-spark.js'
import { makeJar } from '../support/job.js'
import { BINARY } from '../support/launch.js'
import { NOBODY, stepBench, type StepBench } from '../support/steps.js'

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
print(context.master.split(":")[0], context.appName, spark.conf.get("spark.executor.memory"), sys.argv[1:3])
print(open(SparkFiles.get("ports.txt")).read().strip(), twice(21))
lines = spark.read.text("s3://steps/in/").rdd.map(lambda row: (row.value.split()[0], 1))
counts = sorted(lines.reduceByKey(lambda a, b: a + b).collect())
print(counts)
spark.createDataFrame(counts, "word string, n long").coalesce(1).write.csv("s3://steps/out/words")
print(os.environ["HEADRIG_LAKE"][-5:], os.getcwd().split("/")[-1])
print(os.getuid() == int(sys.argv[3]), set(context.parallelize([1], 1).map(lambda _: os.getuid()).collect()) == {int(sys.argv[3])})
print("secret" in open(f"/proc/{os.getppid()}/cmdline").read(), context.getConf().get("spark.authenticate"))
print("to stderr", file=sys.stderr)
`

/** Stages that fail, one of them twice, and a query that cannot be. */
const FAILING = `
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
def parse(n):
    raise ValueError("no address: 203.0.113." + str(n))
def attempt(job):
    try: job()
    except Exception: pass
for _ in range(2):
    attempt(lambda: context.parallelize([7], 1).map(parse).collect())
attempt(lambda: context.parallelize([1], 1).map(lambda n: n / 0).collect())
spark.sql("SELECT no_such_column FROM range(3)")
`

const JAVA = `
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
public class Report {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("spark")) {
      long sum = SparkSession.builder().getOrCreate().range(0, 100, 1, 2).selectExpr("sum(id)").first().getLong(0);
      System.out.println("sum " + sum + " " + args[1]);
      return;
    }
    Configuration conf = new Configuration();
    System.out.println(args[0] + " " + System.getProperty("my.limit") + " " + conf.get("my.limit"));
    java.net.URI in = java.net.URI.create("s3://steps/in/a.txt");
    System.out.println(org.apache.hadoop.fs.FileSystem.get(in, conf).getFileStatus(new org.apache.hadoop.fs.Path(in)).getLen());
    System.err.println("it broke");
    System.exit(3);
  }
}`

const WAITING = `
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("waits", flush=True)
spark.range(0, 2, 1, 2).rdd.foreach(lambda _: time.sleep(600))
`

describe.skipIf(!bench)('steps on Spark', { timeout: 300_000 }, () => {
  const { run, log, put, get, places, folder, runner, ended, list } = bench ?? ({} as StepBench)
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
    await put('s3://steps/code/failing.py', FAILING)
    await put('s3://steps/code/waiting.py', WAITING)
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
        String(NOBODY?.uid ?? process.getuid?.()),
      ],
    })
    expect({ failure: step.failure, stdout: log(step, 'stdout') }).toEqual({
      failure: undefined,
      stdout: [
        `spark report 512m ['--days', 'a b']`,
        'https 443 42',
        `[('or', 1), ('to', 2)]`,
        '/lake work',
        'True True',
        'False true',
        // As on EMR: Spark writes what a Python program has on stderr to stdout.
        'to stderr',
        '',
      ].join('\n'),
    })
    expect(log(step, 'stderr')).toMatch(/ INFO DAGScheduler: Job \d+ finished/)
    expect(log(step, 'syslog')).toContain('spark.executor.memory=20g is more than a worker')
    const stored = await get(`s3://steps/logs/${step.spec.cluster}/steps/${step.spec.id}/stdout.gz`)
    expect(gunzipSync(stored).toString()).toBe(log(step, 'stdout'))
    const containers = await list(`logs/${step.spec.cluster}/containers/`)
    expect(containers.filter((uri) => uri.endsWith('/stderr.gz')).length).toBeGreaterThan(0)
    const executor = gunzipSync(await get(containers.find((uri) => uri.endsWith('/stderr.gz'))!))
    expect(executor.toString()).toContain('CoarseGrainedExecutorBackend')
  })

  test('our own commands: collect, query and s3-dist-cp', async () => {
    const flow =
      '2 111122223333 eni-1 192.0.2.7 198.51.100.9 443 50123 6 3 180 1704153600 1704153660 ACCEPT OK'
    const head =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'
    const file = (n: number) =>
      `s3://steps/flow/AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/01/02/111122223333_vpcflowlogs_us-east-1_fl-1_20240102T000${n}Z_abcd123${n}.log.gz`
    for (const n of [1, 2])
      await put(file(n), gzipSync(`${head}\n${flow.replace('eni-1', `eni-${n}`)}\n`))
    const collected = await run({ args: ['headrig', 'collect', 's3://steps/flow/AWSLogs/'] })
    expect(collected.failure).toBeUndefined()
    const sql = 'SELECT count(*) AS n, sum(bytes) AS bytes FROM aws_vpc_flow'
    const asked = await run({ args: ['headrig', 'query', sql, '--format', 'csv'] })
    expect([asked.failure, log(asked, 'stdout')]).toEqual([undefined, 'n,bytes\n2,360\n'])
    const moved = await run({
      args: [
        's3-dist-cp',
        '--src=s3://steps/flow/',
        '--dest',
        's3://steps/days/',
        '--groupBy=.*_(2024\\d{4})T.*[.]gz',
        '--outputCodec',
        'none',
        '--deleteOnSuccess',
        '--s3Endpoint=s3.amazonaws.com',
      ],
    })
    expect([moved.failure, log(moved, 'stdout')]).toEqual([
      undefined,
      expect.stringMatching(
        /^copied 2 files \(.*\) to 1 files in s3:\/\/steps\/days\/\ndeleted 2 files of/,
      ),
    ])
    expect((await get('s3://steps/days/20240102')).toString().split('\n')).toHaveLength(5)
    expect(await list('flow/')).toEqual([])
    const missing = await run({
      args: ['s3-dist-cp', '--src=s3://nowhere/x', '--dest=s3://steps/y'],
    })
    expect(missing.failure?.message).toMatch(/nowhere/)
  })

  test('a program of the distribution, which PySpark comes without', async () => {
    const step = await run({ args: ['spark-example', 'SparkPi', '10'] })
    expect(step.failure?.message).toMatch(/^there are no programs in .*examples/)
  })

  test('a jar: by spark-submit, and by itself with its properties', async () => {
    const jar = await makeJar(folder, places.home, JAVA, 'Report', 'Report')
    await put('s3://steps/code/report.jar', readFileSync(jar))
    const submitted = ['--class', 'Report', '--master', 'local[1]', 's3://steps/code/report.jar']
    const onSpark = await run({ args: ['spark-submit', ...submitted, 'spark', '7'] })
    expect([onSpark.failure, log(onSpark, 'stdout')]).toEqual([undefined, 'sum 4950 7\n'])
    const itself = await run({
      jar: 's3://steps/code/report.jar',
      args: ['plain'],
      properties: { 'my.limit': 'a "b" \\ c' },
    })
    expect(itself).toMatchObject({ state: 'FAILED', exitCode: 3 })
    expect(itself.failure?.message).toContain('it broke')
    expect(log(itself, 'stdout')).toBe('plain a "b" \\ c a "b" \\ c\n19\n')
  })

  test('scripts: spark-sql and hive-script on the Spark of the cluster', async () => {
    await put(
      's3://steps/code/daily.q',
      `CREATE EXTERNAL TABLE poem (line string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LOCATION '\${INPUT}';
       INSERT OVERWRITE DIRECTORY '\${OUTPUT}' STORED AS PARQUET SELECT length(line) * \${BY} AS n FROM poem;`,
    )
    const hive = ['hive-script', '--run-hive-script', '--args', '-f', 's3://steps/code/daily.q']
    const variables = ['INPUT=s3://steps/in/', `OUTPUT=${folder}/out/daily`, 'BY=10']
    const written = await run({ args: [...hive, ...variables.flatMap((word) => ['-d', word])] })
    expect(written.failure).toBeUndefined()
    const sql = 'SELECT max(line) AS line, count(*) AS n FROM poem'
    const asked = await run({ args: ['spark-sql', '--conf', 'x=y', '-e', sql] })
    expect([asked.failure, log(asked, 'stdout')]).toEqual([undefined, 'line,n\nto be,3\n'])
    const wrong = await run({ args: ['spark-sql', '-e', 'SELECT none FROM poem'] })
    expect(wrong.failure?.message).toContain('none')
  })

  test('a step that is cancelled leaves no process, and no executor', async () => {
    const id = 's-cancel'
    runner.submit([
      {
        id,
        cluster: 'j-CANCEL',
        name: id,
        jar: 'command-runner.jar',
        args: ['spark-submit', 's3://steps/code/waiting.py'],
      },
    ])
    const step = { ...runner.get(id)!, attempt: 1 }
    await vi.waitFor(() => expect(log(step, 'stdout')).toBe('waits\n'), {
      timeout: 120_000,
      interval: 200,
    })
    runner.cancel(id)
    expect(await ended(id)).toMatchObject({ state: 'CANCELLED' })
    expect(await processesWith(STEP_VARIABLE, id)).toEqual([])
  })

  test('a failing step says why, and its logs are parsed for the errors that are frequent', async () => {
    const step = await run({ args: ['spark-submit', 's3://steps/code/failing.py'] })
    expect(step).toMatchObject({
      state: 'FAILED',
      exitCode: 1,
      failure: {
        reason: 'Query cannot be analysed.',
        message: expect.stringContaining('no_such_column') as string,
        logFile: `s3://steps/logs/${step.spec.cluster}/steps/${step.spec.id}/stdout.gz`,
      },
    })
    const [, script = ''] =
      /^cat > errors\.q <<'END'\n([\s\S]*?)^END$/m.exec(readFileSync('docs/steps.md', 'utf8')) ?? []
    await put('s3://steps/code/errors.q', script)
    const logs = `LOGS=s3://steps/logs/${step.spec.cluster}/steps/`
    const parsed = await run({
      args: [
        'headrig',
        'sql',
        '-f',
        's3://steps/code/errors.q',
        '--dialect',
        'duckdb',
        '-d',
        logs,
        '--format',
        'csv',
      ],
    })
    expect([
      parsed.failure,
      log(parsed, 'stdout')
        .split('\n')
        .filter((line) => line.includes('n stage') || line.includes(step.spec.id)),
    ]).toEqual([
      undefined,
      [
        '3,TaskSetManager,Task n in stage n failed n times; aborting job',
        `${step.spec.id},0.0,4`,
        `${step.spec.id},1.0,4`,
        `${step.spec.id},2.0,4`,
      ],
    ])
  })
})
