// The published job that finds the heaviest talkers of a VPC, as it was printed: two streaming steps, given to the
// server by the AWS CLI, over flow logs in a real S3 server.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import { hadoopEngines } from '../interop/hadoop.js'
import { AWS_PACKAGES } from '../interop/versions.js'
import { BINARY, launchBinary } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'
import { startServe, type ServeProcess } from '../support/serve-process.js'
import { pythonWith } from '../support/venv.js'

const engines = existsSync(BINARY) ? await hadoopEngines() : undefined
const python = engines === undefined ? undefined : await pythonWith('aws-python', AWS_PACKAGES)
const s3 = python === undefined ? undefined : await startS3Server()
const root = mkdtempSync(join(tmpdir(), 'headrig-top-talkers-'))
let server: ServeProcess
let aws: (...args: string[]) => Promise<unknown>
const variables = {
  HEADRIG_S3_ENDPOINT: s3?.endpoint ?? '',
  AWS_REGION: s3?.region ?? '',
  AWS_ACCESS_KEY_ID: s3?.accessKeyId ?? '',
  AWS_SECRET_ACCESS_KEY: s3?.secretAccessKey ?? '',
}

const COUNTER = `#!/usr/bin/env python3
import sys

for line in sys.stdin:
    fields = line.split()
    print(f'LongValueSum:{fields[3]}:{fields[4]}:{fields[6]}\\t1')
`
const PORT_FILTER = `#!/usr/bin/awk -f
BEGIN { FS = "[:\\t]" }
$3 <= 1024 { print }
`
const STEPS = [
  {
    Name: 'flowlogs-counter',
    Type: 'STREAMING',
    ActionOnFailure: 'CANCEL_AND_WAIT',
    Args: [
      ...'-files s3://talk/code/flowlogs-counter.py -mapper flowlogs-counter.py'.split(' '),
      ...'-reducer aggregate -input s3://talk/flowlogs -output s3://talk/aggregate'.split(' '),
    ],
  },
  {
    Name: 'flowlogs-sort',
    Type: 'STREAMING',
    ActionOnFailure: 'CONTINUE',
    Args: [
      'mapreduce.job.reduces=1',
      'mapreduce.output.fileoutputformat.compress=true',
      'mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.GzipCodec',
      'stream.num.map.output.key.fields=2',
      'mapreduce.job.output.key.comparator.class=org.apache.hadoop.mapreduce.lib.partition.KeyFieldBasedComparator',
      'mapreduce.partition.keycomparator.options=-k2,2nr',
    ]
      .flatMap((setting) => ['-D', setting])
      .concat(
        '-files s3://talk/code/portfilter.awk -mapper portfilter.awk -reducer cat'.split(' '),
        '-input s3://talk/aggregate -output s3://talk/toptalker'.split(' '),
      ),
  },
]

/** Lines as the subscription's filter left them: ACCEPT and OK, the default fields, no header. */
function flowLogs(): string[] {
  const lines: string[] = []
  const ports = [443, 22, 123, 1024, 1025, 8080, 53]
  for (let n = 0; n < 3000; n++) {
    // Few addresses that are met with very different frequency, and many ties.
    const [source, destination] = [Math.floor(((n * 7919) % 400) ** 0.5), (n * 31) % 9]
    const start = 1_705_305_600 + n
    const line = `2 111122223333 eni-0a1b 192.0.2.${source} 198.51.100.${destination} ${20_000 + n} ${ports[n % 7]} 6 9 684 ${start} ${start + 60} ACCEPT OK\n`
    lines[n % 5] = (lines[n % 5] ?? '') + line
  }
  return lines
}

beforeAll(async () => {
  if (!s3) return
  for (const bucket of ['talk', 'emr-logs']) await s3.createBucket(bucket)
  const store = storeOf('s3://talk')
  for (const [at, text] of flowLogs().entries())
    await store.put(`flowlogs/${at}.gz`, gzipSync(text))
  await store.put('code/flowlogs-counter.py', Buffer.from(COUNTER))
  await store.put('code/portfilter.awk', Buffer.from(PORT_FILTER))
  writeFileSync(join(root, 'emr_toptalker_steps.json'), JSON.stringify(STEPS))
  symlinkSync(engines ?? '', join(root, 'engines'))
  server = await startServe(root, variables)
  const { accessKeyId, secretAccessKey } = server.credentials
  const env = {
    PATH: process.env['PATH'],
    HOME: root,
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  aws = async (...args) => {
    const all = ['-m', 'awscli', 'emr', ...args, '--output', 'json']
    const { stdout } = await promisify(execFile)(python ?? '', all, { env, cwd: root })
    return stdout === '' ? undefined : JSON.parse(stdout)
  }
})
afterAll(async () => {
  await server?.stop()
  await s3?.stop()
  rmSync(root, { recursive: true, force: true })
})

const storeOf = (uri: string) => {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3!
  return openStore(uri, { endpoint, region, credentials: { accessKeyId, secretAccessKey } })
}

describe.skipIf(!s3)('the published job', () => {
  test('runs as printed, and says what top-talkers says', { timeout: 600_000 }, async () => {
    const { ClusterId: id } = (await aws(
      'create-cluster',
      '--release-label',
      'emr-5.0.0',
      '--name',
      'TopTalker',
      '--tags',
      'Name=TopTalker',
      '--ec2-attributes',
      'KeyName=KEY',
      '--instance-groups',
      'InstanceGroupType=MASTER,InstanceCount=1,InstanceType=r3.4xlarge',
      'InstanceGroupType=CORE,InstanceCount=10,InstanceType=m3.2xlarge',
      '--use-default-roles',
      '--steps',
      'file://emr_toptalker_steps.json',
      '--auto-terminate',
      '--log-uri',
      's3://emr-logs/',
    )) as { ClusterId: string }
    const state = async (): Promise<string> =>
      ((await aws('describe-cluster', '--cluster-id', id)) as Described).Cluster.Status.State
    while (!(await state()).startsWith('TERMINATED')) await setTimeout(1000)
    const { Steps } = (await aws('list-steps', '--cluster-id', id)) as { Steps: Step[] }
    const log = async (step: Step | undefined, name: string): Promise<string> => {
      const packed = await storeOf('s3://emr-logs').get(`${id}/steps/${step?.Id}/${name}.gz`)
      return gunzipSync(packed).toString()
    }
    const failed = Steps.find(({ Status }) => Status.State === 'FAILED')
    const why = failed && (await log(failed, 'syslog')) + (await log(failed, 'stderr'))
    expect(
      Steps.map(({ Name, Status }) => [Name, Status]),
      why,
    ).toEqual([
      ['flowlogs-sort', expect.objectContaining({ State: 'COMPLETED' })],
      ['flowlogs-counter', expect.objectContaining({ State: 'COMPLETED' })],
    ])
    expect(await aws('describe-cluster', '--cluster-id', id)).toMatchObject({
      Cluster: {
        Status: { State: 'TERMINATED', StateChangeReason: { Code: 'ALL_STEPS_COMPLETED' } },
        Tags: [{ Key: 'Name', Value: 'TopTalker' }],
      },
    })

    const packed = await storeOf('s3://talk').get('toptalker/part-00000.gz')
    const theirs = gunzipSync(packed).toString().split('\n').slice(0, -1)
    const collected = { cwd: root, env: { ...variables, PATH: process.env['PATH'] ?? '' } }
    const collect = ['collect', 's3://talk/flowlogs/', '--lake', 'lake', '-q']
    const { stderr, exit } = await launchBinary({ argv: collect, ...collected })
    expect(exit, stderr).toBe(0)
    const argv = ['top-talkers', '--format', 'hadoop', '--lake', 'lake']
    const { stdout } = await launchBinary({ argv, ...collected })
    const ours = stdout.split('\n').slice(0, -1)
    expect(ours.length).toBeGreaterThan(100)
    // The second step's key is the whole line: Hadoop writes a tab after it. Ties are in no order there.
    expect(theirs.map((line) => line.replace(/\t$/, '')).toSorted()).toEqual(ours.toSorted())
    expect(theirs.map(countOf)).toEqual(ours.map(countOf))

    expect(await log(Steps[0], 'syslog')).toContain('Reduce output records=')
    expect(await log(Steps[0], 'controller')).toContain('COMPLETED after')
  })
})

interface Described {
  readonly Cluster: { readonly Status: { readonly State: string } }
}

interface Step {
  readonly Id: string
  readonly Name: string
  readonly Status: { readonly State: string }
}

function countOf(line: string): number {
  return Number(line.split('\t')[1])
}
