import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Directory } from '../keys/directory.js'
import { bearerCheck } from './bearer.js'

const NOW = new Date('2026-11-21T18:47:23Z')
const seconds = NOW.getTime() / 1000
const account = '111122223333'
const issuer = 'https://id.example'

let folder: string
let directory: Directory
let check: (token: string, now: Date) => ReturnType<ReturnType<typeof bearerCheck>>
let sign: (claims?: JWTPayload, alg?: string) => Promise<string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-bearer-'))
  const masterKey = Buffer.alloc(32, 7)
  directory = new Directory(join(folder, 'auth.db'), { account, masterKey, now: () => NOW })
  const trust = `{"Statement":{"Effect":"Deny","Action":"*","Principal":"*"}}`
  directory.addRole({ name: 'analyst', policies: [], tags: {}, trust, maxSession: 3600 })
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k' }] }
  const roles = [{ claim: 'groups', value: 'soc', role: 'analyst' }]
  check = bearerCheck(directory, { issuer, audience: 'headrig', keys, roles })
  sign = (claims = {}) =>
    new SignJWT({
      iss: issuer,
      aud: 'headrig',
      sub: 'ada@example',
      groups: ['soc'],
      iat: seconds,
      exp: seconds + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey)
})
afterAll(() => {
  directory.close()
  rmSync(folder, { recursive: true, force: true })
})

it('gives the role that the claims map to, until the token ends', async () => {
  expect(await check(await sign(), NOW)).toMatchObject({
    kind: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/analyst/ada@example`,
    session: { expiresAt: new Date(NOW.getTime() + 600_000) },
  })
})

it('refuses tokens of others, for others, too old, too new, unsigned, or without a role', async () => {
  const refusal = async (token: string): Promise<string> =>
    check(token, NOW).then(String, (e: Error) => e.message)
  expect(await refusal(await sign({ iss: 'https://other.example' }))).toMatch(/"iss"/)
  expect(await refusal(await sign({ aud: 'other' }))).toMatch(/"aud"/)
  expect(await refusal(await sign({ exp: seconds - 61 }))).toMatch(/expired/)
  expect(await refusal(await sign({ nbf: seconds + 90 }))).toMatch(/"nbf"/)
  expect(await refusal(await sign({ groups: ['sales'] }))).toMatch(/no role is mapped/)
  expect(await refusal(await sign({ groups: 'socks' }))).toMatch(/no role is mapped/)
  const unsigned = new UnsecuredJWT({ iss: issuer, aud: 'headrig', sub: 'a', exp: seconds + 9 })
  expect(await refusal(unsigned.encode())).toMatch(/invalid/)
  expect(await refusal(`${(await sign()).slice(0, -4)}AAAA`)).toMatch(/signature/)
})
