import { expect, test } from 'vitest'
import { hadoopSettings } from './settings.js'

test('a cluster says what its jobs begin with, but not how objects are encrypted or where work is kept', () => {
  const conf = {
    'mapreduce.job.reduces': '3',
    'fs.s3a.endpoint': 'http://192.0.2.1',
    'hadoop.tmp.dir': '/',
    'fs.s3a.encryption.algorithm': '',
  }
  const hadoop = { jars: '/jars', javaHome: '/java', hdfs: '/hdfs', tasks: 2, conf }
  const { values, finals } = hadoopSettings(hadoop, '/step', {
    'fs.s3a.endpoint': 'http://127.0.0.1',
    'fs.s3a.encryption.algorithm': 'SSE-KMS',
    'fs.s3a.bucket.open.encryption.algorithm': 'AES256',
  })
  expect({ ...values, ...finals }).toEqual({
    'mapreduce.local.map.tasks.maximum': '2',
    'mapreduce.local.reduce.tasks.maximum': '2',
    'mapreduce.job.reduces': '3',
    'fs.s3a.endpoint': 'http://192.0.2.1',
    'fs.defaultFS': 'file:///',
    'hadoop.tmp.dir': '/step/tmp/hadoop',
    'mapreduce.framework.name': 'local',
    'mapreduce.jobtracker.staging.root.dir': '/step/tmp/hadoop/staging',
    'fs.s3a.encryption.algorithm': 'SSE-KMS',
    'fs.s3a.bucket.open.encryption.algorithm': 'AES256',
  })
  expect(finals).toHaveProperty(['fs.s3a.bucket.open.encryption.algorithm'])
  expect(values).toHaveProperty(['mapreduce.job.reduces'])
})
