import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A real KDC of MIT Kerberos with its admin server, on loopback. */
export interface Kdc {
  readonly realm: string
  /** Of `kadmin/admin`. */
  readonly password: string
  readonly kdcServer: string
  readonly adminServer: string
  /** A command of `kadmin.local`; gives what it says. */
  readonly admin: (command: string) => Promise<string>
  /** Starts the KDC again after `stopKdc`. */
  readonly startKdc: () => Promise<void>
  readonly stopKdc: () => Promise<void>
  readonly close: () => Promise<void>
}

const SBIN = '/usr/sbin'
const PROGRAMS = [
  ...['krb5kdc', 'kadmind', 'kadmin.local', 'kdb5_util'].map((name) => join(SBIN, name)),
  ...['kinit', 'kadmin', 'klist', 'kvno'].map((name) => join('/usr/bin', name)),
]

/** Undefined, with the reason printed, where MIT Kerberos is not installed. */
export async function startKdc(): Promise<Kdc | undefined> {
  const missing = PROGRAMS.filter((program) => !existsSync(program))
  if (missing.length > 0) {
    const why = `no ${missing.join(', ')}: install krb5-kdc, krb5-admin-server and krb5-user`
    process.stderr.write(`skipped: ${why}\n`)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'headrig-kdc-'))
  const [realm, password] = ['EXAMPLE.COM', 'correct horse "battery" $staple']
  const [kdc, admin, change] = await freePorts(3)
  const env = {
    PATH: process.env['PATH'],
    KRB5_CONFIG: join(folder, 'krb5.conf'),
    KRB5_KDC_PROFILE: join(folder, 'kdc.conf'),
  }
  writeFileSync(
    env.KRB5_CONFIG,
    `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
rdns = false
`,
  )
  writeFileSync(
    env.KRB5_KDC_PROFILE,
    `[realms]
${realm} = {
  database_name = ${folder}/principal
  key_stash_file = ${folder}/stash
  acl_file = ${folder}/acl
  kdc_listen = 127.0.0.1:${kdc}
  kdc_tcp_listen = 127.0.0.1:${kdc}
  kadmind_listen = 127.0.0.1:${admin}
  kpasswd_listen = 127.0.0.1:${change}
}
[logging]
kdc = FILE:${folder}/kdc.log
admin_server = FILE:${folder}/kadmind.log
`,
  )
  writeFileSync(join(folder, 'acl'), `kadmin/admin@${realm} *\n`)
  const exec = async (program: string, args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(join(SBIN, program), ['-r', realm, ...args], { env })).stdout
  await exec('kdb5_util', ['create', '-s', '-P', 'of a test'])
  await exec('kadmin.local', ['change_password', '-pw', password, 'kadmin/admin'])
  const start = async (program: string, args: readonly string[]): Promise<ChildProcess> => {
    const child = spawn(join(SBIN, program), ['-r', realm, ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const first = [once(child.stderr!, 'data'), once(child, 'exit')]
    const [said] = (await Promise.race(first)) as [Buffer | number | null]
    if (!/starting/.test(String(said))) throw new Error(`${program}: ${String(said)}`)
    child.stderr!.resume()
    return child
  }
  const ended = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  let server = await start('krb5kdc', ['-n'])
  const adminServer = await start('kadmind', ['-nofork'])
  return {
    realm,
    password,
    kdcServer: `127.0.0.1:${kdc}`,
    adminServer: `127.0.0.1:${admin}`,
    admin: (command) => exec('kadmin.local', ['-q', command]),
    async startKdc() {
      server = await start('krb5kdc', ['-n'])
    },
    stopKdc: () => ended(server),
    async close() {
      await Promise.all([ended(server), ended(adminServer)])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
