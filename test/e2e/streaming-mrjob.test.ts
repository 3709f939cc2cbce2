// mrjob's own runner for EMR, given the server: what it makes of a job of two steps, run on real Hadoop.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStreamingServer } from '../support/streaming-server.js'

const server = await startStreamingServer()
afterAll(() => server?.emr.close())

const JOB = `
from mrjob.job import MRJob
from mrjob.step import MRStep

class MostUsedWord(MRJob):
    FILES = ['stop.txt']

    def steps(self):
        return [
            MRStep(mapper_init=self.read, mapper=self.words, combiner=self.add, reducer=self.add_all),
            MRStep(reducer=self.most),
        ]

    def read(self):
        self.stop = set(open('stop.txt').read().split())

    def words(self, _, line):
        for word in line.split():
            if word in self.stop:
                self.increment_counter('words', 'left out', 1)
            else:
                yield word, 1

    def add(self, word, counts):
        yield word, sum(counts)

    def add_all(self, word, counts):
        yield None, (sum(counts), word)

    def most(self, _, pairs):
        yield from [max(pairs)]

if __name__ == '__main__':
    MostUsedWord.run()
`

// Without a cluster of its own mrjob adds steps to one that has none yet, and may end before they come.
const COMMAND = `python=$(command -v python3)
"$python" job.py -r emr --cluster-id "$1" --python-bin "$python" --cat-output \
  --emr-endpoint "$AWS_ENDPOINT_URL" --s3-endpoint "$AWS_ENDPOINT_URL_S3" --region us-east-1 \
  --cloud-tmp-dir s3://mrjob/tmp/ --no-bootstrap-mrjob --no-read-logs --check-cluster-every 1 \
  s3://words/in`

beforeAll(async () => {
  if (!server) return
  for (const bucket of ['words', 'mrjob']) await server.emr.s3.createBucket(bucket)
  const store = server.store('s3://words')
  await store.put('in/a', Buffer.from('the saw cuts the log\n'))
  await store.put('in/b', Buffer.from('the log is cut by a saw\nsaw it\n'))
  const { folder } = server.emr
  writeFileSync(join(folder, 'job.py'), JOB)
  writeFileSync(join(folder, 'stop.txt'), 'the is a by it\n')
})

describe.skipIf(!server)('a job of mrjob', () => {
  test('runs by its own runner, step by step', { timeout: 600_000 }, async () => {
    const { emr, steps, log } = server!
    const { JobFlowId } = await emr.call('RunJobFlow', {
      Name: 'words',
      ReleaseLabel: 'emr-5.36.2',
      JobFlowRole: 'EMR_EC2_DefaultRole',
      ServiceRole: 'EMR_DefaultRole',
      LogUri: 's3://logs/',
      Instances: {
        MasterInstanceType: 'm5.xlarge',
        InstanceCount: 1,
        KeepJobFlowAliveWhenNoSteps: true,
      },
    })
    const id = String(JobFlowId)
    const said = await emr.exec('bash', ['-c', COMMAND, 'mrjob', id])
    expect(said).toBe('3\t"saw"\n')
    const ran = await steps(id)
    expect(
      ran.map(({ Name, Status }) => [Name.replace(/^job\.\w+\.[\d.]+/, 'job'), Status]),
    ).toEqual([
      ['job: Step 2 of 2', expect.objectContaining({ State: 'COMPLETED' })],
      ['job: Step 1 of 2', expect.objectContaining({ State: 'COMPLETED' })],
    ])
    expect(await log(id, ran[1]!.Id, 'syslog')).toMatch(/\n\twords\n\t\tleft out=7\n/)
  })
})
