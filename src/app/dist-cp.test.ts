import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from '../core/config.js'
import { silentLogger } from '../core/logger.js'
import { silentProgress } from '../core/progress.js'
import { sha256Hex } from '../core/sha256.js'
import { fileStore } from '../storage/file.js'
import { distCp, type DistCpOptions, type DistCpSummary } from './dist-cp.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'headrig-distcp-test-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (files: Readonly<Record<string, string | Buffer>>): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
}
const read = (name: string): string => {
  const bytes = readFileSync(join(root, name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}
const names = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + folder.length + 2))
    .toSorted()
const copy = async (more: Partial<DistCpOptions> = {}): Promise<DistCpSummary> => {
  const { settings } = await loadConfig({
    flags: { tempFolder: join(root, 'temp') },
    env: {},
    cwd: root,
  })
  const signal = new AbortController().signal
  const effects = { logger: silentLogger, progress: silentProgress, signal }
  return distCp({ src: 'in', dest: 'out', cwd: root, ...more }, { ...effects, settings })
}

it('copies what the pattern matches, as it is', async () => {
  write({ 'in/a/1.log': 'one', 'in/2.log': '', 'in/3.tmp': 'no' })
  expect(await copy({ srcPattern: '.*[.]log' })).toEqual({
    files: 2,
    bytes: 3,
    outputs: 2,
    deleted: 0,
  })
  expect(names('out')).toEqual(['2.log', 'a/1.log'])
  expect([read('out/a/1.log'), read('out/2.log')]).toEqual(['one', ''])
  expect(await copy({ src: 'in/a/1.log', dest: `file://${root}/one` })).toMatchObject({ files: 1 })
  expect(names('one')).toEqual(['1.log'])
  expect(readdirSync(join(root, 'temp'))).toEqual([])
})

it('makes one file of several, packed or not', async () => {
  write({
    'in/a-01.gz': gzipSync('1\n'),
    'in/b-01.gz': gzipSync('2\n'),
    'in/c-02.gz': gzipSync('3\n'),
  })
  await copy({ groupBy: '.*-(\\d\\d)[.]gz' })
  expect(names('out')).toEqual(['01.gz', '02.gz'])
  expect(read('out/01.gz')).toBe('1\n2\n')
  await copy({ groupBy: '.*-(\\d\\d)[.]gz', codec: 'none', dest: 'plain' })
  expect(read('plain/01')).toBe('1\n2\n')
  await copy({ src: 'plain', dest: 'packed', codec: 'gzip', numberFrom: 5 })
  expect(names('packed')).toEqual(['501.gz', '602.gz'])
  expect(read('packed/602.gz')).toBe('3\n')
})

it('lists what it copied, and leaves that out, or copies that alone', async () => {
  write({ 'in/1': 'a', 'in/2': 'b' })
  await copy({ outputManifest: 'm-1.gz' })
  write({ 'in/3': 'c' })
  const again = { previousManifest: 'out/m-1.gz', dest: 'next', outputManifest: 'm-2.gz' }
  expect(await copy(again)).toMatchObject({ files: 1 })
  expect(names('next')).toEqual(['3', 'm-2.gz'])
  const listed = read('next/m-2.gz').trim().split('\n')
  expect(listed.map((line) => JSON.parse(line) as unknown)).toContainEqual({
    path: join(root, 'in/1'),
    baseName: '1',
    srcDir: 'in',
    size: 1,
  })
  expect(listed).toHaveLength(3)
  await copy({ previousManifest: 'out/m-1.gz', copyFromManifest: true, dest: 'only' })
  expect(names('only')).toEqual(['1', '2'])
  await expect(copy({ previousManifest: 'none.gz' })).rejects.toMatchObject({ kind: 'not-found' })
  const without = { previousManifest: 'none.gz', requirePreviousManifest: false, dest: 'all' }
  expect(await copy(without)).toMatchObject({ files: 3 })
})

it('copies below prefixes, with names from the source', async () => {
  write({ 'in/x/1': 'a', 'in/y/2': 'b', 'in/z/3': 'c' })
  write({ 'prefixes.txt': `${root}/in/x\n\n${root}/in/z/\n` })
  await copy({ srcPrefixesFile: 'prefixes.txt' })
  expect(names('out')).toEqual(['x/1', 'z/3'])
  write({ 'prefixes.txt': `${root}/elsewhere\n` })
  await expect(copy({ srcPrefixesFile: 'prefixes.txt' })).rejects.toThrow('is not below in')
})

it('deletes what it copied, and nothing that came since', async () => {
  write({ 'in/a-01': 'a', 'in/b-01': 'b', 'in/keep': 'k' })
  const move = { groupBy: '.*-(\\d\\d)', deleteOnSuccess: true }
  expect(await copy(move)).toMatchObject({ files: 2, deleted: 2 })
  expect(names('in')).toEqual(['keep'])
  expect(read('out/01')).toBe('ab')
  expect(names('out')).toEqual(['01'])
})

it('goes on with deleting after a kill, before it looks for files', async () => {
  write({ 'in/a-01': 'a', 'in/b-01': 'b', 'in/keep': 'k' })
  const move = { groupBy: '.*-(\\d\\d)', deleteOnSuccess: true }
  await copy(move)
  // As it was when the first of two files was gone and the second not.
  write({ 'in/b-01': 'b' })
  const etag = (await fileStore('/').head(join(root, 'in/b-01').slice(1)))?.etag
  const id = sha256Hex(JSON.stringify(['in', move.groupBy, ''])).slice(0, 16)
  const receipt = `out/_headrig-dist-cp-${id}.json`
  write({
    [receipt]: JSON.stringify([
      { uri: join(root, 'in/a-01'), etag: 'gone' },
      { uri: join(root, 'in/b-01'), etag },
    ]),
  })
  expect(await copy(move)).toEqual({ files: 0, bytes: 0, outputs: 0, deleted: 1 })
  expect(read('out/01')).toBe('ab')
  expect(existsSync(join(root, receipt))).toBe(false)
})

it('refuses what would lose something, and what is not there', async () => {
  write({ 'in/1': 'a', 'bad/x.gz': 'no gzip' })
  await expect(copy({ dest: 'in' })).rejects.toThrow('onto itself')
  await expect(copy({ src: 'nothing' })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(copy({ src: 'hdfs:///x' })).rejects.toThrow('cannot copy hdfs:///x')
  await expect(copy({ src: 'bad', codec: 'none' })).rejects.toThrow('no whole gzip file')
  expect(existsSync(join(root, 'out'))).toBe(false)
})
