import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDirectory } from '../../src/auth/keys/open-directory.js'
import type { IssuedKey } from '../../src/auth/keys/directory.js'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { startServer, type RunningServer } from '../../src/server/serve.js'
import { AWS_PACKAGES } from '../interop/versions.js'
import { launchBinary } from '../support/launch.js'
import { pythonWith } from '../support/venv.js'

const run = promisify(execFile)
const python = await pythonWith('aws-python', AWS_PACKAGES)
const ACCOUNT = '111122223333'
let folder: string
let server: RunningServer
let ada: IssuedKey
let grace: IssuedKey

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-public-'))
  const flags = { dataFolder: folder, serverPort: '0', serverAccount: ACCOUNT }
  const { settings } = await loadConfig({ flags, env: {}, cwd: folder })
  server = await startServer({ settings, logger: silentLogger })
  const directory = openDirectory({ dataFolder: folder, account: ACCOUNT })
  const keyOf = (name: string): IssuedKey => {
    directory.addUser({ name, policies: ['AdministratorAccess'], tags: {}, groups: [] })
    return directory.createKey(name)
  }
  ;[ada, grace] = [keyOf('ada'), keyOf('grace')]
  directory.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const aws = (key: IssuedKey, ...args: string[]) =>
  run(python ?? '', [join(dirname(python ?? ''), 'aws'), ...args], {
    env: {
      AWS_ENDPOINT_URL: server.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    },
  })
const put = (blocked: boolean): string[] => [
  'emr',
  'put-block-public-access-configuration',
  '--block-public-access-configuration',
  JSON.stringify({
    BlockPublicSecurityGroupRules: blocked,
    PermittedPublicSecurityGroupRuleRanges: [],
  }),
]

test.skipIf(!python)(
  'the trail that headrig collects of itself says who opened it up, from where, and what else that key did',
  async () => {
    await aws(grace, ...put(true))
    await aws(ada, 'sts', 'get-caller-identity')
    await aws(ada, 'emr', 'list-security-configurations')
    await aws(ada, ...put(false))
    await expect(aws(ada, 'emr', 'list-studios')).rejects.toThrow('UnsupportedOperation')
    await aws(grace, 'emr', 'list-release-labels')
    const shown = await aws(grace, 'emr', 'get-block-public-access-configuration')
    expect(JSON.parse(shown.stdout)).toMatchObject({
      BlockPublicAccessConfiguration: { BlockPublicSecurityGroupRules: false },
      BlockPublicAccessConfigurationMetadata: { CreatedByArn: `arn:aws:iam::${ACCOUNT}:user/ada` },
    })
    await server.close()

    const headrig = (...argv: string[]) =>
      launchBinary({ argv, cwd: folder, env: { HEADRIG_DATA: folder } })
    const collected = await headrig('collect', join(folder, 'audit', 'trail'), '-q')
    expect(collected).toMatchObject({ exit: 0, stderr: '' })
    const asked = await headrig(
      'query',
      `select t.user_identity.arn as who, t.source_ip as "from", t.user_identity.access_key_id as key,
         (select list(o.event_name order by o.event_name) from aws_cloudtrail o
            where o.user_identity.access_key_id = t.user_identity.access_key_id
              and o.event_id <> t.event_id) as others
       from aws_cloudtrail t
       where t.event_name = 'PutBlockPublicAccessConfiguration'
         and t.request_parameters like '%"blockPublicSecurityGroupRules":false%'`,
      '--format',
      'json',
    )
    expect(asked.stderr).toBe('')
    expect(JSON.parse(asked.stdout)).toEqual([
      {
        who: `arn:aws:iam::${ACCOUNT}:user/ada`,
        from: '127.0.0.1',
        key: ada.accessKeyId,
        others: ['GetCallerIdentity', 'ListSecurityConfigurations', 'ListStudios'],
      },
    ])
  },
  120_000,
)
