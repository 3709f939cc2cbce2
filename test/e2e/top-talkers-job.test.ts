// The published job that finds the heaviest talkers of a VPC, as it was printed: two streaming steps, given to the
// server by the AWS CLI, over flow logs in a real S3 server.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBinary } from '../support/launch.js'
import { startStreamingServer } from '../support/streaming-server.js'

const server = await startStreamingServer()
afterAll(() => server?.emr.close())

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

const CREATE = `emr create-cluster --release-label emr-5.0.0 --name TopTalker --tags Name=TopTalker \
  --ec2-attributes KeyName=KEY \
  --instance-groups InstanceGroupType=MASTER,InstanceCount=1,InstanceType=r3.4xlarge \
    InstanceGroupType=CORE,InstanceCount=10,InstanceType=m3.2xlarge \
  --use-default-roles --steps file://emr_toptalker_steps.json --auto-terminate --log-uri s3://logs/`

beforeAll(async () => {
  if (!server) return
  await server.emr.s3.createBucket('talk')
  const store = server.store('s3://talk')
  for (const [at, text] of flowLogs().entries())
    await store.put(`flowlogs/${at}.gz`, gzipSync(text))
  await store.put('code/flowlogs-counter.py', Buffer.from(COUNTER))
  await store.put('code/portfilter.awk', Buffer.from(PORT_FILTER))
  writeFileSync(join(server.emr.folder, 'emr_toptalker_steps.json'), JSON.stringify(STEPS))
})

describe.skipIf(!server)('the published job', () => {
  test('runs as printed, and says what top-talkers says', { timeout: 600_000 }, async () => {
    const { emr, store, over, steps, log } = server!
    const { ClusterId: id } = await emr.json<{ ClusterId: string }>(CREATE)
    const cluster = await over(id)
    const [last, first] = await steps(id)
    expect(first?.Status.FailureDetails).toBeUndefined()
    expect([first, last]).toMatchObject([
      { Name: 'flowlogs-counter', Status: { State: 'COMPLETED' } },
      { Name: 'flowlogs-sort', Status: { State: 'COMPLETED' } },
    ])
    expect(cluster).toMatchObject({
      Status: { State: 'TERMINATED', StateChangeReason: { Code: 'ALL_STEPS_COMPLETED' } },
      Tags: [{ Key: 'Name', Value: 'TopTalker' }],
    })

    const packed = await store('s3://talk').get('toptalker/part-00000.gz')
    const theirs = gunzipSync(packed).toString().split('\n').slice(0, -1)
    const { endpoint, accessKeyId, secretAccessKey } = emr.s3
    const beside = {
      cwd: emr.folder,
      env: {
        HEADRIG_S3_ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        HEADRIG_LAKE: 'lake',
      },
    }
    const collected = await launchBinary({
      argv: ['collect', 's3://talk/flowlogs/', '-q'],
      ...beside,
    })
    expect(collected.exit, collected.stderr).toBe(0)
    const talkers = await launchBinary({ argv: ['top-talkers', '--format', 'hadoop'], ...beside })
    const ours = talkers.stdout.split('\n').slice(0, -1)
    expect(ours.length).toBeGreaterThan(100)
    // The second step's key is the whole line: Hadoop writes a tab after it. Ties are in no order there.
    expect(theirs.map((line) => line.replace(/\t$/, '')).toSorted()).toEqual(ours.toSorted())
    expect(theirs.map(countOf)).toEqual(ours.map(countOf))

    expect(await log(id, last!.Id, 'syslog')).toContain('Reduce output records=')
    expect(await log(id, last!.Id, 'controller')).toContain('COMPLETED after')
  })
})

function countOf(line: string): number {
  return Number(line.split('\t')[1])
}
