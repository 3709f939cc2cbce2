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

// It makes a cluster that is to end after its last step, and adds the steps then: all at once, or it ends after the first.
const COMMAND = `python=$(command -v python3)
"$python" job.py -r emr --python-bin "$python" --cat-output --add-steps-in-batch \
  --emr-endpoint "$AWS_ENDPOINT_URL" --s3-endpoint "$AWS_ENDPOINT_URL_S3" --region us-east-1 \
  --iam-service-role EMR_DefaultRole --iam-instance-profile EMR_EC2_DefaultRole \
  --release-label emr-5.36.2 --cloud-tmp-dir s3://mrjob/tmp/ --cloud-log-dir s3://logs/ \
  --no-bootstrap-mrjob --no-read-logs --cleanup NONE --check-cluster-every 1 s3://words/in`

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
  test('runs by its own runner, on a cluster that it makes', { timeout: 600_000 }, async () => {
    const { emr, over, steps, log } = server!
    const said = await emr.exec('bash', ['-c', COMMAND])
    expect(said).toBe('3\t"saw"\n')
    const { Clusters } = await emr.call('ListClusters', {})
    const [{ Id: id }] = Clusters as [{ readonly Id: string }]
    expect(await over(id)).toMatchObject({ Status: { State: 'TERMINATED' } })
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
