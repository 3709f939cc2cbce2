import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLUSTER_MARK } from '../../src/clusters/local/environment.js'
import { processesWith } from '../../src/clusters/process-id.js'
import { JOB_MARK } from '../../src/clusters/submit/run-driver.js'
import { openStore } from '../../src/storage/open.js'
import { s3Jars } from '../interop/s3-jars.js'
import { interopTools } from '../interop/tools.js'
import { addDocumented } from '../support/documented-lake.js'
import { testContext } from '../support/lake.js'
import { BINARY, launchBinary, type Outcome } from '../support/launch.js'
import { firstLine, makeJar } from '../support/job.js'
import { startS3Server } from '../support/s3-server.js'
import { sparkHome } from '../support/spark-server.js'

const tools = existsSync(BINARY) ? await interopTools() : undefined
const s3 = tools ? await startS3Server() : undefined

/** Says who it is, then waits to be ended. */
const WAITING_JOB = `
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.sparkContext.master + " %d" % spark.table("aws_cloudtrail").rdd.count(), flush=True)
spark.range(0, 2, 1, 2).rdd.foreach(lambda _: time.sleep(600))
`

describe.skipIf(!tools)('headrig submit', { timeout: 300_000 }, () => {
  let cwd: string
  let env: Record<string, string>
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'headrig-submit-'))
    const context = await testContext(join(cwd, 'lake'))
    await addDocumented(context)
    await context.close()
    env = {
      HEADRIG_LAKE: join(cwd, 'lake'),
      HEADRIG_DATA: join(cwd, 'data'),
      HEADRIG_SPARK_HOME: sparkHome(tools!.python),
      HEADRIG_SPARK_JARS: join(tools!.jars[0]!, '..'),
    }
  })
  const started: ChildProcess[] = []
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL')
    await s3?.stop()
    await rm(cwd, { recursive: true, force: true })
  })

  const home = (): string => env['HEADRIG_SPARK_HOME']!
  const submit = (...argv: string[]): Promise<Outcome> =>
    launchBinary({ argv: ['submit', ...argv], cwd, env })
  const jobs = () => readdir(join(cwd, 'data', 'jobs'))
  const jobFolder = async (known: readonly string[]): Promise<string> => {
    const [id, ...others] = (await jobs()).filter((name) => !known.includes(name))
    expect(others).toEqual([])
    return join(cwd, 'data', 'jobs', id!)
  }
  const recordOf = (folder: string) =>
    JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as Record<string, unknown>

  test('a Python job: the lake by name, arguments, both streams, its status', async () => {
    await writeFile(join(cwd, 'helper.py'), 'def twice(n): return 2 * n\n')
    const [, documented = ''] =
      /^```python\n([\s\S]*?)^```$/m.exec(readFileSync('docs/jobs.md', 'utf8')) ?? []
    await writeFile(join(cwd, 'documented.py'), documented)
    await writeFile(
      join(cwd, 'report.py'),
      `import os, sys
from helper import twice
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("report").config("spark.ui.port", "4444").getOrCreate()
print(sys.argv[1:], os.getcwd() == sys.argv[2], spark.conf.get("spark.ui.port"))
print([t.name for t in spark.catalog.listTables() if "headrig" not in t.name])
print(twice(spark.table("aws_cloudtrail").count()))
print(spark.sql("SELECT source, destination, port FROM top_talkers WHERE port = 443").collect())
print(spark.sql("SELECT count(*) FROM aws_cloudtrail VERSION AS OF 0").first()[0])
print(spark.table("aws_vpc_flow").rdd.map(lambda row: twice(row.bytes)).sum())
print(sorted(set(t.asDict()["account_id"] for t in spark.newSession().table("aws_vpc_flow").collect())))
print(os.environ["HEADRIG_LAKE"] == sys.argv[2] + "/lake")
print(spark.sql("SELECT year, id, who FROM people ORDER BY id").collect())
jvm = spark.sparkContext._gateway.proc.pid
print(open(f"/proc/{jvm}/cmdline").read().count("hush-hush"))
exec(open("documented.py").read())
print("a word to stderr", file=sys.stderr)
sys.exit(3)
`,
    )
    await mkdir(join(cwd, 'logs/2024'), { recursive: true })
    await writeFile(join(cwd, 'logs/2024/a.log'), '1 ada\n2 grace\n')
    for (const sql of [
      `CREATE EXTERNAL TABLE people (id int, who string) PARTITIONED BY (year string)
       ROW FORMAT DELIMITED FIELDS TERMINATED BY ' ' LOCATION 'logs/'`,
      `ALTER TABLE people ADD PARTITION (year='2024') LOCATION 'logs/2024'`,
    ])
      expect(await launchBinary({ argv: ['query', sql], cwd, env })).toMatchObject({ exit: 0 })
    const known: string[] = []
    const { exit, stdout, stderr } = await submit(
      'report.py',
      '--local',
      '--name',
      'by-hand',
      '--py-files',
      'helper.py',
      '--mount',
      'people',
      '--conf',
      'spark.executorEnv.SOME_PASSWORD=hush-hush',
      '--',
      '--days',
      cwd,
      'a b',
    )
    expect({ exit, stdout, stderr: exit === 3 ? '' : stderr }).toEqual({
      exit: 3,
      stderr: '',
      stdout: [
        `['--days', '${cwd}', 'a b'] True 4444`,
        `['aws_cloudtrail', 'aws_vpc_flow', 'top_talkers', 'people']`,
        '12',
        `[Row(source='10.0.0.9', destination='10.0.0.4', port=443)]`,
        '3',
        '18900',
        `['111122223333']`,
        'True',
        `[Row(year='2024', id=1, who='ada'), Row(year='2024', id=2, who='grace')]`,
        '0',
        'ec2.amazonaws.com 1',
        's3.amazonaws.com 3',
        'signin.amazonaws.com 2',
        '',
      ].join('\n'),
    })
    expect(stderr).toContain('a word to stderr\n')
    expect(stderr).not.toContain('not mounted')
    const folder = await jobFolder(known)
    expect((await readdir(folder)).toSorted()).toEqual(['job.json', 'stderr', 'stdout'])
    expect(readFileSync(join(folder, 'stdout'), 'utf8')).toBe(stdout)
    expect(readFileSync(join(folder, 'stderr'), 'utf8')).toContain('a word to stderr\n')
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
    expect(recordOf(folder)).toMatchObject({
      name: 'by-hand',
      master: 'local[*]',
      state: 'FAILED',
      exitStatus: 3,
    })
  })

  test.each([
    ['an exception', 'raise ValueError("no such day")', 1, 'ValueError: no such day'],
    ['a signal', 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)', 137, ''],
    ['a message', 'import sys; sys.exit("out of luck")', 1, 'out of luck'],
    ['nothing wrong', 'print("fine")', 0, ''],
  ])('a job that ends with %s, before it asks for Spark', async (_, program, exit, said) => {
    await writeFile(join(cwd, 'short.py'), program)
    const outcome = await submit('short.py')
    expect({ ...outcome, stderr: '' }).toEqual({
      exit,
      stdout: exit === 0 ? 'fine\n' : '',
      stderr: '',
    })
    expect(outcome.stderr).toContain(said)
  })

  test('a job without a lake', async () => {
    await writeFile(join(cwd, 'short.py'), 'import os; print(os.environ["HEADRIG_LAKE"])')
    const { exit, stdout, stderr } = await submit('short.py', '--lake', 'none', '--local')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: `${join(cwd, 'none')}\n` })
    expect(stderr).toContain('the job runs without its tables')
  })

  test('what Spark is told: by a file, not by arguments', async () => {
    const program = `
import os, re, sys
path = re.search("--properties-file '(.*)' pyspark-shell", os.environ["PYSPARK_SUBMIT_ARGS"])[1]
print(oct(os.stat(path).st_mode & 0o777))
print(open(path).read())
print(open("/proc/self/cmdline").read().replace(chr(0), " "))`
    await writeFile(join(cwd, 'told.py'), program)
    await writeFile(join(cwd, 'secret'), 'hush-hush\n')
    const { stdout } = await launchBinary({
      argv: [
        'submit',
        'told.py',
        '--master',
        'spark://192.0.2.10:7077',
        '--master-secret-file',
        'secret',
        '--driver-host',
        '192.0.2.20',
        '--conf',
        'spark.executor.memory=3g',
        '--conf',
        'spark.master=local[1]',
        '--s3-endpoint',
        'http://127.0.0.1:9000',
      ],
      cwd,
      env: { ...env, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'hush' },
    })
    expect(stdout).toMatch(/^0o600\n/)
    for (const line of [
      'spark.app.name=told.py',
      'spark.master=spark://192.0.2.10:7077',
      'spark.authenticate.secret=hush-hush',
      'spark.driver.host=192.0.2.20',
      'spark.executor.memory=3g',
      'spark.databricks.delta.snapshotPartitions=2',
      'spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:9000',
      'spark.hadoop.fs.s3a.path.style.access=true',
    ])
      expect(stdout.split('\n')).toContain(line)
    expect(stdout).toMatch(/^spark\.jars=.*delta-spark.*delta-storage.*\.jar$/m)
    expect(stdout).not.toContain('AKIA')
    expect(stdout.split('\n').at(-2)).toMatch(/driver\.py .*order\.json $/)
  })

  test('a Java job finds the same tables; System.exit is its status', async () => {
    const source = `
import java.util.*;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.*;
public class Report {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("report").getOrCreate();
    if (args[0].equals("fail")) throw new IllegalStateException("as asked");
    List<String> names = new ArrayList<>(spark.table("aws_cloudtrail").select("event_name").distinct()
      .as(Encoders.STRING()).map((MapFunction<String, String>) n -> n.toUpperCase(), Encoders.STRING())
      .collectAsList());
    Collections.sort(names);
    System.out.println(args[0] + " " + names.get(0) + " " + spark.sql("SELECT * FROM top_talkers").count());
    System.exit(4);
  }
}`
    const jar = await makeJar(cwd, home(), source, 'Report', 'Report')
    expect(await submit(jar, '--local', '--', 'x=1')).toMatchObject({
      exit: 4,
      stdout: 'x=1 AUTHORIZESECURITYGROUPINGRESS 2\n',
    })
    const failed = await submit(jar, '--local', '--class', 'Report', '--', 'fail')
    expect(failed).toMatchObject({ exit: 1, stdout: '' })
    expect(failed.stderr).toContain('java.lang.IllegalStateException: as asked\n\tat Report.main(')
  })

  test('mistakes', async () => {
    const jar = await makeJar(cwd, home(), 'public class Empty {}', 'Empty')
    for (const [argv, exit, said] of [
      [['gone.py'], 4, 'no file'],
      [[jar, '--local'], 2, 'names no main class in its manifest: add --class'],
      [['x.py', '--local', '--master', 'spark://192.0.2.1:7077'], 2, 'give one of'],
      [['x.py', '--master', 'yarn'], 2, '"yarn" is no master: write spark://host:7077'],
      [['x.py', '--driver-host', '192.0.2.1'], 2, 'go with --master'],
      [['x.py', '--cluster', 'c-9'], 4, 'no cluster "c-9"'],
      [['x.py', '--local', '--mount', 'peple'], 4, 'no external table "peple"'],
    ] as const) {
      const outcome = await submit(...argv)
      expect({ argv, exit: outcome.exit }).toEqual({ argv, exit })
      expect(outcome.stderr).toContain(said)
    }
  })

  test.skipIf(!s3)('a job in S3 over a lake in S3', async () => {
    await s3!.createBucket('jobs')
    const { accessKeyId, secretAccessKey, endpoint, region } = s3!
    const credentials = { accessKeyId, secretAccessKey }
    const bucket = openStore('s3://jobs', { endpoint, region, credentials })
    const lake = openStore(join(cwd, 'lake'))
    for await (const { key } of lake.list('tables/'))
      await bucket.put(`lake/${key}`, await lake.get(key))
    const program = `
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(sys.argv[1], spark.table("aws_cloudtrail").count(), spark.table("top_talkers").count())`
    await bucket.put('nightly/job.py', Buffer.from(program))
    const jars = join(cwd, 'jars')
    await mkdir(jars)
    for (const jar of [...tools!.jars, ...(await s3Jars())])
      await symlink(jar, join(jars, basename(jar)))
    await writeFile(
      join(cwd, 'credentials'),
      `[nightly]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    )
    const { exit, stdout, stderr } = await launchBinary({
      argv: ['submit', 's3://jobs/nightly/job.py', '--local', '--', 'x'],
      cwd,
      env: {
        ...env,
        HEADRIG_LAKE: 's3://jobs/lake',
        HEADRIG_SPARK_JARS: jars,
        HEADRIG_S3_ENDPOINT: endpoint,
        // Spark knows no profiles: it is given what they stand for.
        AWS_PROFILE: 'nightly',
        AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'credentials'),
        AWS_REGION: region,
      },
    })
    expect({ exit, stdout, stderr: exit === 0 ? '' : stderr }).toEqual({
      exit: 0,
      stdout: 'x 6 2\n',
      stderr: '',
    })
  })

  /** Starts a job that waits, and gives its first line. */
  async function startWaiting(...argv: string[]) {
    await writeFile(join(cwd, 'waiting.py'), WAITING_JOB)
    const known = existsSync(join(cwd, 'data', 'jobs')) ? await jobs() : []
    const child = spawn(process.execPath, [BINARY, 'submit', 'waiting.py', ...argv], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(child)
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
    const ended = once(child, 'exit') as Promise<[number | null]>
    const line = await Promise.race([firstLine(child.stdout), ended.then(() => '')])
    if (line === '') throw new Error(said)
    const folder = await jobFolder(known)
    const marked = () => processesWith(JOB_MARK, folder)
    expect((await marked()).length).toBeGreaterThan(1)
    return { child, ended, line, folder, marked }
  }

  test('a kill of headrig leaves nothing that runs', async () => {
    const { child, line, folder, marked } = await startWaiting('--local')
    expect(line).toBe('local[*] 6\n')
    child.kill('SIGKILL')
    await expect.poll(marked, { timeout: 30_000 }).toEqual([])
    await expect.poll(() => readdir(folder), { timeout: 10_000 }).not.toContain('work')
  })

  test('on the cluster that runs here, beside its server; Ctrl-C ends its executors', async () => {
    const headrig = async (...argv: string[]): Promise<Outcome> => {
      const outcome = await launchBinary({ argv, cwd, env })
      expect(outcome).toMatchObject({ exit: 0 })
      return outcome
    }
    const quick = ['--conf', 'spark.dynamicAllocation.executorIdleTimeout=1s']
    await headrig(
      'cluster',
      'start',
      '--name',
      'c-1',
      '--workers',
      '1',
      '--worker-memory',
      '512MiB',
      '--driver-memory',
      '640MiB',
      ...quick,
    )
    try {
      const executors = async (): Promise<number> => {
        const all = await processesWith(CLUSTER_MARK, join(cwd, 'data', 'clusters', 'c-1'))
        return all.filter(({ pid }) =>
          readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('CoarseGrainedExecutorBackend'),
        ).length
      }
      const { child, ended, line, folder, marked } = await startWaiting()
      expect(line).toMatch(/^spark:\/\/127\.0\.0\.1:\d+ 6\n$/)
      const secret = readFileSync(join(cwd, 'data', 'clusters', 'c-1', 'shared-secret'), 'utf8')
      for (const { pid } of await marked())
        expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain(secret)
      expect(await executors()).toBe(1)
      child.kill('SIGINT')
      expect(await ended).toEqual([130, null])
      expect(await marked()).toEqual([])
      expect(recordOf(folder)).toMatchObject({ state: 'CANCELLED' })
      expect(await readdir(folder)).not.toContain('work')
      await expect.poll(executors, { timeout: 30_000 }).toBe(0)
      // The server takes the workers again, and is found without a word.
      const asked = await headrig(
        'query',
        'SELECT count(*) AS n FROM aws_cloudtrail',
        '--engine',
        'spark',
        '--format',
        'ndjson',
      )
      expect(asked.stdout).toBe('{"n":6}\n')
      expect(asked.stderr).toContain('spark: cluster c-1 of this machine\n')
    } finally {
      await headrig('cluster', 'stop', 'c-1')
    }
  })
})
