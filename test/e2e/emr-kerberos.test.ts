// Clusters with Kerberos, by a real KDC of MIT.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import { hadoopEngines } from '../interop/hadoop.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'
import { startKdc, type Kdc } from '../support/kdc.js'

const kdc = await startKdc()
const server = kdc && (await startEmrServer())
const engines = server && (await hadoopEngines())
afterAll(async () => {
  await server?.close()
  await kdc?.close()
})

describe.skipIf(!server)('clusters with Kerberos', () => {
  const { call, reach, folder } = server ?? ({} as EmrServer)
  const { realm, password, kdcServer, adminServer } = kdc ?? ({} as Kdc)
  const keys = (): string => join(folder, 'data', 'emr', 'kerberos')

  beforeAll(async () => {
    if (engines !== undefined) symlinkSync(engines, join(folder, 'data', 'engines'))
    const places = { KdcServerType: 'Single', AdminServer: adminServer, KdcServer: kdcServer }
    const provide = (Name: string, more: object = {}) =>
      call('CreateSecurityConfiguration', {
        Name,
        SecurityConfiguration: JSON.stringify({
          AuthenticationConfiguration: {
            KerberosConfiguration: {
              Provider: 'ExternalKdc',
              ExternalKdcConfiguration: { ...places, TicketLifetimeInHours: 2, ...more },
            },
          },
        }),
      })
    await provide('kerberos')
    // Nothing listens at the port of TCP's multiplexer, and at the KDC's nothing for administrators.
    await provide('no-kdc', { KdcServer: '127.0.0.1:1' })
    await provide('no-admin', { AdminServer: '127.0.0.1:1' })
  })

  const start = async (
    attributes: object | undefined,
    { configuration = 'kerberos', ...more }: { configuration?: string; Steps?: object[] } = {},
  ): Promise<string> => {
    const { JobFlowId } = await call('RunJobFlow', {
      Name: 'kerberos',
      ReleaseLabel: 'emr-7.12.0',
      LogUri: 's3://logs/emr/',
      Instances: {
        InstanceCount: 1,
        MasterInstanceType: 'm5.xlarge',
        KeepJobFlowAliveWhenNoSteps: true,
      },
      SecurityConfiguration: configuration,
      ...(attributes && { KerberosAttributes: attributes }),
      ...more,
    })
    return String(JobFlowId)
  }
  const step = (Name: string, ...Args: string[]): object => ({
    Name,
    ActionOnFailure: 'CONTINUE',
    HadoopJarStep: { Jar: 'command-runner.jar', Args },
  })
  const good = { Realm: realm, KdcAdminPassword: password }
  type Shown = { Id: string; Name: string; Status: { State: string; FailureDetails?: object } }
  const stepsOf = async (cluster: string): Promise<Shown[]> =>
    (await call('ListSteps', { ClusterId: cluster }))['Steps'] as Shown[]
  const settled = async (cluster: string): Promise<Shown[]> => {
    const left = async (): Promise<number> =>
      (await stepsOf(cluster)).filter(({ Status: { State } }) =>
        ['PENDING', 'RUNNING'].includes(State),
      ).length
    await expect.poll(left, { timeout: 50_000, interval: 100 }).toBe(0)
    return (await stepsOf(cluster)).toReversed()
  }
  const end = async (cluster: string): Promise<void> => {
    await call('TerminateJobFlows', { JobFlowIds: [cluster] })
    await reach(cluster, 'TERMINATED')
  }
  const store = () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = (server as EmrServer).s3
    const credentials = { accessKeyId, secretAccessKey }
    return (uri: string) => openStore(uri, { endpoint, region, credentials })
  }
  const log = async (cluster: string, { Id }: Shown, name: string): Promise<string> =>
    gunzipSync(await store()('s3://logs').get(`emr/${cluster}/steps/${Id}/${name}.gz`)).toString()

  test.for<[string, object | undefined, string, string]>([
    ['a wrong password', { ...good, KdcAdminPassword: 'tr0ub4dor' }, 'kerberos', 'is wrong'],
    ['a wrong realm', { ...good, Realm: 'OTHER.EXAMPLE' }, 'kerberos', 'of realm OTHER.EXAMPLE'],
    ['a KDC that is down', good, 'no-kdc', 'no KDC answers'],
    ['an admin server that is down', good, 'no-admin', 'admin server'],
    ['no attributes', undefined, 'kerberos', 'give KerberosAttributes'],
    [
      'a trust',
      { ...good, CrossRealmTrustPrincipalPassword: 'x' },
      'kerberos',
      'CrossRealmTrustPrincipalPassword is not supported',
    ],
  ])('a cluster with %s is refused', async ([, attributes, configuration, message]) => {
    const refused = await start(attributes, { configuration }).catch(String)
    expect(refused).toContain('ValidationException')
    expect(refused).toContain(message)
    expect(refused).not.toContain('tr0ub4dor')
    expect((await call('ListClusters', {}))['Clusters']).toEqual([])
    expect(readdirSync(keys())).toEqual([])
  })

  test('its steps have tickets, and run only with one', { timeout: 120_000 }, async () => {
    const look =
      'klist && kvno host/logs.example.com && stat -c %a "$KRB5CCNAME" && stat -c %a "$(dirname "$KRB5CCNAME")"'
    await kdc!.admin('add_principal -randkey host/logs.example.com')
    await store()('s3://logs').put('in/a', Buffer.from('one\n'))
    const streaming = step(
      'streaming',
      'hadoop-streaming',
      '-D',
      'hadoop.security.authentication=simple',
      '-D',
      'mapreduce.job.reduces=0',
      '-input',
      's3://logs/in',
      '-output',
      's3://logs/out',
      '-mapper',
      "bash -c 'cat >&2; printenv mapreduce_job_user_name'",
    )
    const cluster = await start(good, {
      Steps: [step('look', 'bash', '-c', look), ...(engines === undefined ? [] : [streaming])],
    })
    const { Cluster } = await call('DescribeCluster', { ClusterId: cluster })
    expect(Cluster).toMatchObject({ KerberosAttributes: { Realm: realm } })
    expect(JSON.stringify(Cluster)).not.toContain('battery')
    const own = join(keys(), cluster)
    expect([
      statSync(own).mode & 0o777,
      statSync(join(own, 'cluster.keytab')).mode & 0o777,
    ]).toEqual([0o700, 0o600])
    const [looked, streamed] = await settled(cluster)
    const said = await log(cluster, looked!, 'stdout')
    expect(said).toContain(`Default principal: hadoop/${cluster}@${realm}`)
    expect(said).toMatch(/host\/logs\.example\.com@EXAMPLE\.COM: kvno = \d/)
    expect(said).toMatch(/\n600\n700\n$/)
    expect(looked!.Status.State).toBe('COMPLETED')
    if (streamed) {
      expect(streamed.Status.State).toBe('COMPLETED')
      // The short name of the principal, not the account that the process runs as.
      expect(Buffer.from(await store()('s3://logs').get('out/part-00000')).toString()).toBe(
        'hadoop\t\n',
      )
    }

    await kdc!.stopKdc()
    await call('AddJobFlowSteps', { JobFlowId: cluster, Steps: [step('late', 'touch', 'here')] })
    const late = (await settled(cluster)).at(-1)!
    expect(late.Status).toMatchObject({
      State: 'FAILED',
      FailureDetails: {
        Message: expect.stringContaining(`no Kerberos ticket for hadoop/${cluster}`),
      },
    })
    await kdc!.startKdc()
    await call('AddJobFlowSteps', { JobFlowId: cluster, Steps: [step('again', 'klist', '-s')] })
    expect((await settled(cluster)).at(-1)!.Status.State).toBe('COMPLETED')
    await end(cluster)
    await expect.poll(() => existsSync(own)).toBe(false)
    expect(await kdc!.admin('list_principals')).toContain(`hadoop/${cluster}@${realm}`)
    const filesWith = (text: string): string =>
      execFileSync('bash', [
        '-c',
        'grep -rlsF "$1" "$0" || true',
        join(folder, 'data'),
        text,
      ]).toString()
    expect(filesWith(realm)).toContain('state.db')
    expect(filesWith('battery')).toBe('')
  })
})
