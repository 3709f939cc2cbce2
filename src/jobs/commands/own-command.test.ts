import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../storage/open.js'
import type { Launch } from '../launch.js'
import type { StepSpark } from '../spark/step-spark.js'
import { commandLauncher } from './launcher.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-own-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SPARK: StepSpark = {
  home: { folder: '/spark', version: '4.2.0', extraJars: ['/jars/delta.jar'], deltaJars: [] },
  javaHome: '/java',
  master: {
    url: 'spark://127.0.0.1:7077',
    driverHost: '127.0.0.1',
    conf: {},
    isHere: true,
    secret: 'hush',
  },
  connectUrl: 'sc://127.0.0.1:15002/',
  token: 'hush-token',
}

type Process = Launch & { readonly kind: 'process' }
const launch = async (args: readonly string[], role?: string): Promise<Process> => {
  const launcher = commandLauncher({
    open: (uri) => openStore(uri),
    headrig: ['node', 'main.js'],
    settings: { HEADRIG_LAKE: 's3://lake' },
    spark: async () => SPARK,
  })
  const spec = { id: 's-1', cluster: 'j-1', name: 'x', jar: 'command-runner.jar', args }
  const place = { folder, syslog: join(folder, 'syslog'), signal: new AbortController().signal }
  const found = await launcher({ ...spec, ...(role !== undefined && { role }) }, place)
  if (found.kind !== 'process') throw new Error('no process')
  return found
}
const words = async (line: string, role?: string): Promise<string> =>
  (await launch(line.split(' '), role)).args.join(' ')

it.each([
  [
    'spark-sql -S --master yarn -f s3://b/a.sql -d A=1 --hivevar B=2 --hiveconf c=3',
    'main.js sql --engine spark --dialect spark --format csv --file s3://b/a.sql --hivevar A=1 --hivevar B=2 --hiveconf c=3',
  ],
  [
    'hive-script --run-hive-script --args -f s3://b/a.q -d A=1',
    'main.js sql --engine spark --dialect hive --format csv --file s3://b/a.q --hivevar A=1',
  ],
  [
    'hive --database default -e X',
    'main.js sql --engine spark --dialect hive --format csv --execute X',
  ],
  [
    's3-dist-cp --src s3://a --dest=s3://b --targetSize=5 --groupBy -(x) --outputCodec=gz',
    'main.js s3-dist-cp --src=s3://a --dest=s3://b --target-size=5 --group-by=-(x) --output-codec gzip',
  ],
  [
    's3-dist-cp --deleteOnSuccess=true --copyFromManifest=false --requirePreviousManifest=false --storageClass=STANDARD',
    'main.js s3-dist-cp --delete-on-success --no-require-previous-manifest',
  ],
  [
    's3-dist-cp --s3Endpoint=s3-eu-west-1.amazonaws.com --disableMultipartUpload --multipartUploadChunkSize=9',
    'main.js s3-dist-cp',
  ],
  [
    's3-dist-cp --s3Endpoint minio.example',
    'main.js s3-dist-cp --s3-endpoint https://minio.example',
  ],
  ['/usr/bin/headrig tables', 'main.js tables'],
])('%s becomes %s', async (line, own) => expect(await words(line)).toBe(own))

it('has the lake, and the Spark of the cluster by variables', async () => {
  const { command, environment } = await launch(['spark-sql', '-e', 'X'])
  expect(command).toBe('node')
  expect(environment).toMatchObject({
    HEADRIG_LAKE: 's3://lake',
    HEADRIG_SPARK_URL: 'sc://127.0.0.1:15002/',
    HEADRIG_SPARK_TOKEN: 'hush-token',
  })
  expect((await launch(['headrig', 'tables'])).environment).not.toHaveProperty('HEADRIG_SPARK_URL')
})

it('submits to the cluster, with its secret in a file', async () => {
  const { args } = await launch(['headrig', 'submit', 'a.py', '--', '--local'])
  const secret = join(folder, 'master-secret')
  expect(args.join(' ')).toBe(
    `main.js submit --master spark://127.0.0.1:7077 --master-secret-file ${secret} --driver-host 127.0.0.1 --spark-home /spark --spark-jars /jars a.py -- --local`,
  )
  expect([readFileSync(secret, 'utf8'), statSync(secret).mode & 0o777]).toEqual(['hush', 0o600])
  expect(await words('headrig submit --local a.py')).toBe('main.js submit --local a.py')
})

it('lets a step with a role have no more rights than that', async () => {
  expect(await words('spark-sql -e X', 'arn:role')).toBe(
    'main.js sql --engine duckdb --dialect spark --format csv --execute X',
  )
  expect(readFileSync(join(folder, 'syslog'), 'utf8')).toContain('a role of its own')
  const { environment } = await launch(['hive', '-e', 'X'], 'arn:role')
  expect(environment).not.toHaveProperty('HEADRIG_SPARK_TOKEN')
  await expect(words('headrig sql --engine spark -e X', 'arn:role')).rejects.toThrow(
    'the step has a role of its own',
  )
})
