import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findJava, majorVersion } from './java.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-java-'))
  for (const [name, version] of [
    ['eight', '1.8.0_402'],
    ['seventeen', '17.0.15'],
    ['twenty-five', '25'],
  ] as const) {
    await mkdir(join(folder, 'jvm', name, 'bin'), { recursive: true })
    await writeFile(join(folder, 'jvm', name, 'release'), `JAVA_VERSION="${version}"\n`)
    await writeFile(join(folder, 'jvm', name, 'bin', 'java'), '', { mode: 0o755 })
  }
  await mkdir(join(folder, 'old'))
  await mkdir(join(folder, 'new'))
  await symlink(join(folder, 'jvm/eight/bin/java'), join(folder, 'old/java'))
  await symlink(join(folder, 'jvm/twenty-five/bin/java'), join(folder, 'new/java'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['1.8.0_402', 8],
  ['17.0.15', 17],
  ['25', 25],
  ['25-ea', 25],
  ['', undefined],
])('%j is Java %s', (version, major) => expect(majorVersion(version)).toBe(major))

test('JAVA_HOME goes first, and is not passed over when it is too old', async () => {
  const home = join(folder, 'jvm/seventeen')
  expect(await findJava({ JAVA_HOME: home, PATH: join(folder, 'new') })).toEqual({
    home,
    major: 17,
  })
  await expect(findJava({ JAVA_HOME: join(folder, 'jvm/eight') })).rejects.toThrow(
    /^Java 17 or later is needed: JAVA_HOME ".*eight" is Java 8; install one/,
  )
  await expect(findJava({ JAVA_HOME: folder })).rejects.toThrow('holds no Java')
})

test('then the path, then the usual folders', async () => {
  const path = ['old', 'new'].map((name) => join(folder, name)).join(':')
  expect(await findJava({ PATH: path }, [])).toMatchObject({ major: 25 })
  expect(await findJava({ PATH: join(folder, 'old') }, [join(folder, 'jvm')])).toMatchObject({
    major: 17,
  })
  await expect(findJava({ PATH: join(folder, 'old') }, [])).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('eight is Java 8'),
  })
})
