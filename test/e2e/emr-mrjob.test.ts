import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hadoopEngines } from '../interop/hadoop.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'

const engines = await hadoopEngines()
const server = engines === undefined ? undefined : await startEmrServer()

const JOB = `from mrjob.job import MRJob
class Count(MRJob):
    def mapper(self, _, line):
        for word in line.split(): yield word, 1
    def reducer(self, word, ones): yield word, sum(ones)
if __name__ == '__main__': Count.run()
`

describe.skipIf(!server)('mrjob', () => {
  const { folder, env, s3, exec } = server as EmrServer
  afterAll(() => server?.close())

  test('runs a job on a cluster that it starts, and reads its output', async () => {
    symlinkSync(engines ?? '', join(folder, 'data', 'engines'))
    const python = (await exec('bash', ['-c', 'command -v python3'])).trim()
    writeFileSync(join(folder, 'job.py'), JOB)
    writeFileSync(join(folder, 'in.txt'), 'a b a\nc a\n')
    const options = {
      emr_endpoint: env['AWS_ENDPOINT_URL'],
      s3_endpoint: s3.endpoint,
      ec2_endpoint: s3.endpoint,
      iam_endpoint: s3.endpoint,
      iam_service_role: 'EMR_DefaultRole',
      iam_instance_profile: 'EMR_EC2_DefaultRole',
      region: 'us-east-1',
      release_label: 'emr-6.15.0',
      num_core_instances: 1,
      // Nodes are folders of this machine: nothing is to be installed on them.
      bootstrap_mrjob: false,
      bootstrap_python: false,
      python_bin: python,
      check_cluster_every: 1,
      cloud_fs_sync_secs: 0,
      max_mins_idle: null,
    }
    writeFileSync(join(folder, 'mrjob.conf'), JSON.stringify({ runners: { emr: options } }))
    const output = await exec('python3', [
      'job.py',
      '-q',
      '-r',
      'emr',
      '-c',
      'mrjob.conf',
      'in.txt',
    ])
    expect(output.trim().split('\n').toSorted()).toEqual(['"a"\t3', '"b"\t1', '"c"\t1'])
  }, 180_000)
})
