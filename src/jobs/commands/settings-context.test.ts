import { expect, it } from 'vitest'
import { loadConfig } from '../../core/config.js'
import { settingsContext } from './settings-context.js'

it('tells steps of the lake and of S3, and no secret', async () => {
  const { settings } = await loadConfig({
    flags: {
      lake: 's3://lake/x',
      s3Endpoint: 'http://127.0.0.1:9000',
      s3Region: 'eu-central-1',
      memory: '1536MiB',
      threads: '2',
      sparkToken: 'hush',
    },
    env: {},
    cwd: '/',
  })
  const { settings: told, hadoopConf, headrig } = settingsContext(settings)
  expect(told).toEqual({
    HEADRIG_LAKE: 's3://lake/x',
    HEADRIG_MEMORY: '1.5 GiB',
    HEADRIG_THREADS: '2',
    HEADRIG_S3_ENDPOINT: 'http://127.0.0.1:9000',
    HEADRIG_S3_REGION: 'eu-central-1',
    HEADRIG_S3_REQUESTER_PAYS: 'false',
  })
  const again = await loadConfig({ flags: {}, env: told, cwd: '/' })
  expect([again.settings.memory, again.settings.s3RequesterPays]).toEqual([1.5 * 2 ** 30, false])
  expect(hadoopConf).toEqual({
    'fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    'fs.s3n.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    'fs.s3a.endpoint': 'http://127.0.0.1:9000',
    'fs.s3a.endpoint.region': 'eu-central-1',
    'fs.s3a.connection.ssl.enabled': 'false',
    'fs.s3a.path.style.access': 'true',
  })
  expect(headrig[1]).toMatch(/\/cli\/main\.js$/)
})
