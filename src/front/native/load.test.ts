import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { version } from '../../core/version.js'
import { chooseFront, notServed } from './choose.js'
import { loadAddon, platforms } from './load.js'

test('an addon has the version of the program', () => {
  const cargo = readFileSync('native/Cargo.toml', 'utf8')
  expect(/^version = "(.*)"$/m.exec(cargo)?.[1]).toBe(version())
  const { addon, why } = loadAddon()
  expect(addon ? addon.version() : why).toEqual(addon ? version() : expect.any(String))
})

test('of two C libraries either is tried', () => {
  expect(platforms('linux', 'arm64')).toEqual(['linux-arm64-gnu', 'linux-arm64-musl'])
  expect(platforms('darwin', 'x64')).toEqual(['darwin-x64'])
})

test('the portable front is there when it is asked for, and the native one where it is', () => {
  expect(chooseFront('portable')).toEqual({ name: 'portable', why: 'it is asked for' })
  const { addon, why } = loadAddon()
  expect(chooseFront('auto')).toMatchObject(addon ? { name: 'native' } : { name: 'portable', why })
  if (addon) expect(chooseFront('native')).toMatchObject({ name: 'native' })
  else
    expect(() => chooseFront('native')).toThrow(
      /no native front: .*HEADRIG_FRONT|set front to auto/,
    )
})

test('every log type is served', () => {
  for (const format of ['auto', 'aws_cloudtrail', 'aws_vpc_flow', 'hello_world', 'other'])
    expect(notServed(format)).toBeUndefined()
})
