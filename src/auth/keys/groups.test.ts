import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Authoriser } from '../authoriser.js'
import { Directory } from './directory.js'
import { userOf } from './principals.js'

const NOW = new Date('2026-11-21T18:47:23Z')
const account = '111122223333'
let folder: string
let directory: Directory

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-groups-'))
  const masterKey = Buffer.alloc(32, 7)
  directory = new Directory(join(folder, 'auth.db'), { account, masterKey, now: () => NOW })
  for (const effect of ['Allow', 'Deny'])
    directory.putPolicy(
      effect.toLowerCase(),
      `{"Version":"2012-10-17","Statement":{"Effect":"${effect}","Action":"sts:AssumeRole","Resource":"*"}}`,
    )
  directory.addUser({ name: 'ada', policies: [], tags: {} })
})
afterEach(() => {
  directory.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Whether the user may do what the policies are about. */
function may(name: string): boolean {
  const principal = userOf(account, directory.user(name)!)
  const request = { action: 'sts:AssumeRole', resource: '*' }
  const facts = { now: NOW, region: 'us-east-1' }
  return new Authoriser(directory).decide(principal, request, facts).allowed
}

it('gives its members what it may, as long as they are in it', () => {
  const { groups } = directory
  groups.add('analysts', ['allow'])
  expect(may('ada')).toBe(false)
  groups.join('analysts', 'ada')
  groups.join('analysts', 'ada')
  expect([may('ada'), groups.members('analysts')]).toEqual([true, ['ada']])
  directory.setPolicies('group', 'analysts', ['allow', 'deny'])
  expect(may('ada')).toBe(false)
  directory.setPolicies('group', 'analysts', ['allow'])
  groups.leave('analysts', 'ada')
  expect(may('ada')).toBe(false)
  groups.join('analysts', 'ada')
  groups.remove('analysts')
  groups.add('analysts', ['allow'])
  expect([may('ada'), groups.members('analysts')]).toEqual([false, []])
})

it('caps nothing: the boundary of a user does', () => {
  directory.addUser({ name: 'bob', policies: [], tags: {}, boundary: 'deny' })
  directory.groups.add('analysts', ['allow'])
  directory.groups.join('analysts', 'bob')
  expect(may('bob')).toBe(false)
})

it('refuses what is not there, or too much, by name', () => {
  const { groups } = directory
  groups.add('analysts', ['allow'])
  expect(() => groups.add('analysts', [])).toThrow('there is a group analysts')
  expect(() => groups.add('a/b', [])).toThrow('a group cannot be called "a/b"')
  expect(() => groups.add('others', ['nope'])).toThrow('no policy "nope"')
  expect(() => groups.join('analyst', 'ada')).toThrow('did you mean analysts?')
  expect(() => groups.join('analysts', 'adda')).toThrow('did you mean ada?')
  expect(() => directory.removePolicy('allow')).toThrow('analysts has the policy allow')
  for (let i = 0; i < 10; i++) {
    groups.add(`g${i}`, [])
    groups.join(`g${i}`, 'ada')
  }
  expect(() => groups.join('analysts', 'ada')).toThrow('ada is in 10 groups')
})
