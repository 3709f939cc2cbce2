import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuthError } from '../auth-error.js'
import { Authoriser, passRole } from '../authoriser.js'
import { Directory } from './directory.js'
import { keysOf } from './key-source.js'
import { loadMasterKey } from './master-key.js'
import { sealer } from './seal.js'
import { openSession, sealSession, type SessionClaims } from './session-token.js'

const NOW = new Date('2026-11-21T18:47:23Z')
const account = '111122223333'
const TRUST = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"${account}"}}}`

let folder: string
let directory: Directory
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-auth-'))
  directory = open()
})
afterEach(() => {
  directory.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): Directory {
  const masterKey = loadMasterKey(join(folder, 'master.key'))
  return new Directory(join(folder, 'auth.db'), { account, masterKey, now: () => NOW })
}

const ada = { name: 'ada', policies: ['AdministratorAccess'], tags: { team: 'soc' } }

describe('keys', () => {
  it('are shown once, and stand on disk sealed', () => {
    const root = directory.bootstrap()
    expect(directory.bootstrap()).toBeUndefined()
    expect(root?.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
    const { secret, principal } = keysOf(directory).find(root!.accessKeyId, undefined, NOW)
    expect([secret, principal.kind]).toEqual([root!.secretAccessKey, 'Root'])
    const onDisk = ['auth.db', 'auth.db-wal'].map((name) =>
      readFileSync(join(folder, name), 'latin1'),
    )
    expect(onDisk.join('')).toContain(root!.accessKeyId)
    expect(onDisk.join('')).not.toContain(root!.secretAccessKey)
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
  })

  it('are known to a server at once when another process makes, disables or deletes them', async () => {
    const server = keysOf(directory)
    const cli = open()
    cli.addUser(ada)
    const { accessKeyId } = cli.createKey('ada')
    const { principal } = server.find(accessKeyId, undefined, NOW)
    expect(principal).toMatchObject({
      arn: `arn:aws:iam::${account}:user/ada`,
      userName: 'ada',
      tags: ada.tags,
    })
    cli.setKeyActive(accessKeyId, false)
    await setImmediate()
    expect(() => server.find(accessKeyId, undefined, NOW)).toThrow(AuthError)
    cli.setKeyActive(accessKeyId, true)
    await setImmediate()
    expect(server.find(accessKeyId, undefined, NOW).principal.userName).toBe('ada')
    cli.removeUser('ada')
    await setImmediate()
    expect(() => server.find(accessKeyId, undefined, NOW)).toThrow(
      /token included in the request is invalid/,
    )
    cli.close()
  })

  it('are two at most, of users that are there', () => {
    directory.addUser(ada)
    directory.createKey('ada')
    directory.createKey('ada')
    expect(() => directory.createKey('ada')).toThrow(/ada has 2 keys/)
    expect(() => directory.createKey('adda')).toThrow(/no user "adda": did you mean ada\?/)
    expect(() => directory.addUser(ada)).toThrow(/there is a user ada/)
    expect(() => directory.addUser({ ...ada, name: 'a/b' })).toThrow(/cannot be called "a\/b"/)
    expect(() => directory.setPolicies('user', 'ada', ['nope'])).toThrow(/no policy "nope"/)
  })

  it('need the master key they were made with, which others cannot read', () => {
    const { accessKeyId } = directory.bootstrap()!
    const other = new Directory(join(folder, 'auth.db'), {
      account,
      masterKey: Buffer.alloc(32),
      now: () => NOW,
    })
    expect(() => keysOf(other).find(accessKeyId, undefined, NOW)).toThrow(/invalid/)
    other.close()
    chmodSync(join(folder, 'master.key'), 0o644)
    expect(() => loadMasterKey(join(folder, 'master.key'))).toThrow(/mode 644/)
  })
})

describe('sessions', () => {
  const seconds = NOW.getTime() / 1000
  function claims(id: string, more: Partial<SessionClaims> = {}): SessionClaims {
    return {
      accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
      secret: 's'.repeat(40),
      role: { name: 'jobs', id, session: 'run' },
      createdAt: seconds,
      expiresAt: seconds + 900,
      tags: { run: '7' },
      ...more,
    }
  }

  it('are of a role, end in time, and end with it', () => {
    const role = {
      name: 'jobs',
      policies: [],
      tags: { team: 'soc' },
      trust: TRUST,
      maxSession: 3600,
    }
    const { id } = directory.addRole(role)
    const token = sealSession(directory.tokens, claims(id))
    const keys = keysOf(directory)
    const { principal } = keys.find('ASIAAAAAAAAAAAAAAAAA', token, NOW)
    expect(principal).toMatchObject({
      kind: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/jobs/run`,
      principalId: `${id}:run`,
      tags: { team: 'soc', run: '7' },
    })
    expect(() => keys.find('ASIABAAAAAAAAAAAAAAA', token, NOW)).toThrow(/invalid/)
    const late = new Date(NOW.getTime() + 900_000)
    expect(() => keys.find('ASIAAAAAAAAAAAAAAAAA', token, late)).toThrow(/expired/)
    directory.removeRole('jobs')
    directory.addRole(role)
    expect(() => keys.find('ASIAAAAAAAAAAAAAAAAA', token, NOW)).toThrow(/invalid/)
  })

  it('cannot be changed', () => {
    const tokens = sealer(Buffer.alloc(32, 1), 'session tokens')
    const token = sealSession(tokens, claims('AROA'))
    expect(openSession(tokens, token)).toEqual(claims('AROA'))
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'Q', 'g', 'w', '+', '/', '=', 'x'),
        (at, char) => {
          fc.pre(token[at] !== char)
          expect(
            openSession(tokens, token.slice(0, at) + char + token.slice(at + 1)),
          ).toBeUndefined()
        },
      ),
    )
    expect(openSession(sealer(Buffer.alloc(32, 1), 'secrets'), token)).toBeUndefined()
  })
})

describe('Authoriser', () => {
  const facts = { now: NOW, region: 'us-east-1', secureTransport: true, sourceIp: '192.0.2.7' }
  const list = { action: 'elasticmapreduce:ListClusters', resource: '*' }

  it('allows what policies allow, as they are at the time, and says no as AWS does', () => {
    const authoriser = new Authoriser(directory)
    directory.addUser({ ...ada, policies: [] })
    const { principal } = keysOf(directory).find(
      directory.createKey('ada').accessKeyId,
      undefined,
      NOW,
    )
    const why = (): string | undefined => authoriser.denial(principal, [list], facts)
    const arn = `arn:aws:iam::${account}:user/ada`
    expect(why()).toBe(
      `User: ${arn} is not authorized to perform: elasticmapreduce:ListClusters on resource: * because no identity-based policy allows the elasticmapreduce:ListClusters action`,
    )
    const statement = {
      Effect: 'Allow',
      Action: 'elasticmapreduce:List*',
      Resource: '*',
      Condition: {
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        StringEquals: { 'aws:PrincipalTag/team': 'soc' },
      },
    }
    directory.putPolicy('lists', JSON.stringify({ Version: '2012-10-17', Statement: statement }))
    directory.setPolicies('user', 'ada', ['lists'])
    expect(why()).toBeUndefined()
    directory.putPolicy(
      'lists',
      JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Effect: 'Deny' } }),
    )
    expect(why()).toMatch(/with an explicit deny in an identity-based policy$/)
  })

  it('asks for the leave to pass a role', () => {
    const authoriser = new Authoriser(directory)
    const role = `arn:aws:iam::${account}:role/jobs`
    const pass = {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'elasticmapreduce.amazonaws.com' } },
    }
    directory.putPolicy('pass', JSON.stringify({ Version: '2012-10-17', Statement: pass }))
    directory.addUser({ ...ada, policies: ['pass'] })
    const { principal } = keysOf(directory).find(
      directory.createKey('ada').accessKeyId,
      undefined,
      NOW,
    )
    const may = (arn: string, service: string): boolean =>
      authoriser.decide(principal, passRole(arn, service), facts).allowed
    expect(may(role, 'elasticmapreduce.amazonaws.com')).toBe(true)
    expect(may(role, 'ec2.amazonaws.com')).toBe(false)
    expect(may(`${role}2`, 'elasticmapreduce.amazonaws.com')).toBe(false)
  })
})
