import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../storage/open.js'
import { commandLauncher } from '../commands/launcher.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-ticket-'))
  writeFileSync(join(folder, 'x.jar'), '')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ticket = { principal: 'hadoop/j-1', config: '/t/krb5.conf', cache: '/t/tickets' }
const launch = (jar: string, args: string[], given?: typeof ticket) =>
  commandLauncher({
    open: (uri) => openStore(uri),
    engine: async () => ({
      home: { folder: '/spark', version: '4.2.0', extraJars: [] } as never,
      javaHome: '/java',
    }),
    ...(given && { ticket: given }),
  })(
    {
      id: 's-1',
      cluster: 'j-1',
      name: 'x',
      jar,
      args,
      properties: {
        'java.security.krb5.conf': '/etc/other',
        'hadoop.security.authentication': 'simple',
      },
    },
    { folder, syslog: join(folder, 'syslog'), signal: new AbortController().signal },
  )

test('a jar logs in by the ticket, whatever its properties say', async () => {
  const found = await launch(`file://${folder}/x.jar`, [], ticket)
  expect(found).toMatchObject({
    environment: { KRB5CCNAME: '/t/tickets', KRB5_CONFIG: '/t/krb5.conf' },
  })
  const [site, java] = ['core-site.xml', 'java.args'].map((name) =>
    readFileSync(join(folder, 'conf', name), 'utf8'),
  )
  expect(site).toContain(
    '<name>hadoop.security.authentication</name><value>kerberos</value><final>true</final>',
  )
  expect(site).not.toContain('simple')
  expect(java).toContain('-Djava.security.krb5.conf=/t/krb5.conf')
  expect(java).not.toContain('/etc/other')
})

test('other programs have the ticket in their environment; without one nothing is said of it', async () => {
  const bash = await launch('command-runner.jar', ['klist'], ticket)
  expect(bash).toMatchObject({ environment: { KRB5CCNAME: '/t/tickets' } })
  expect(await launch('command-runner.jar', ['klist'])).toEqual({
    kind: 'process',
    command: 'klist',
    args: [],
    environment: {},
  })
})
