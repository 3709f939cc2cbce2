import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.js'
import { silentProgress } from '../../core/progress.js'
import { installRelease, type InstallOptions } from './install-release.js'
import { installedEngines, removeEngine } from './installed.js'
import type { EngineRelease, PinnedFile } from './release.js'

let folder: string
let enginesFolder: string
let server: Server
let base: string
let release: EngineRelease
const files = new Map<string, Buffer>()
let asked: { path: string; range: string | undefined; authorization: string | undefined }[] = []
/** How many bytes of a body are sent before the connection is cut, by path; used once each. */
const cuts = new Map<string, number>()

function pinned(path: string, bytes: Buffer): PinnedFile {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-install-'))
  const root = join(folder, 'made', 'pyspark-4.2.0')
  for (const [path, text] of [
    ['deps/jars/spark-core_2.13-4.2.0.jar', randomBytes(300_000)],
    ['deps/bin/spark-class', '#!/bin/sh\n'],
    ['deps/sbin/x.sh', ''],
    ['deps/licenses/l', ''],
    ['deps/examples/big', 'not wanted'],
    ['lib/pyspark.zip', 'zip'],
    ['pyspark/__init__.py', 'not wanted'],
    ['LICENSE', 'licence'],
    ['NOTICE', 'notice'],
  ] as const) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const archive = join(folder, 'pyspark-4.2.0.tar.gz')
  execFileSync('tar', ['-czf', archive, '-C', join(folder, 'made'), 'pyspark-4.2.0'])
  const tar = await readFile(archive)
  const jar = randomBytes(100_000)
  const jarPath = 'io/delta/delta-spark_4.2_2.13/4.4.0/delta-spark_4.2_2.13-4.4.0.jar'
  files.set('/files/pyspark-4.2.0.tar.gz', tar).set(`/maven/${jarPath}`, jar)
  files.set(
    '/simple/pyspark/',
    Buffer.from('<a href="/files/pyspark-4.2.0.tar.gz">pyspark-4.2.0.tar.gz</a>'),
  )
  release = {
    engine: 'spark',
    version: '4.2.0',
    archive: pinned('pyspark/pyspark-4.2.0.tar.gz', tar),
    unpackedBytes: 1_000_000,
    jars: [pinned(jarPath, jar)],
  }
  server = createServer((request: IncomingMessage, response) => {
    const { url = '', headers } = request
    asked.push({ path: url, range: headers.range, authorization: headers.authorization })
    const body = files.get(url)
    if (!body) return response.writeHead(404).end()
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const rest = body.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length })
    const cut = cuts.get(url)
    cuts.delete(url)
    if (cut === undefined) return response.end(rest)
    response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20))
    return response
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  asked = []
  cuts.clear()
  enginesFolder = await mkdtemp(join(folder, 'engines-'))
})

const install = (options: Partial<InstallOptions> = {}, signal = new AbortController().signal) =>
  installRelease(
    {
      release,
      enginesFolder,
      indexUrl: `http://${base}/simple`,
      mavenUrl: `http://${base}/maven`,
      env: { HOME: folder },
      ...options,
    },
    { logger: silentLogger, progress: silentProgress, signal },
  )

test('Spark is unpacked with the jars that join it, and once', async () => {
  const { engine, fresh } = await install()
  expect(fresh).toBe(true)
  expect(engine).toMatchObject({ id: 'spark-4.2.0', folder: join(enginesFolder, 'spark-4.2.0') })
  expect((await readdir(engine.folder)).toSorted()).toEqual([
    'LICENSE',
    'NOTICE',
    'bin',
    'headrig-engine.json',
    'jars',
    'licenses',
    'python',
    'sbin',
  ])
  expect(await readdir(join(engine.folder, 'jars'))).toEqual([
    'delta-spark_4.2_2.13-4.4.0.jar',
    'spark-core_2.13-4.2.0.jar',
  ])
  expect(await readFile(join(engine.folder, 'python/lib/pyspark.zip'), 'utf8')).toBe('zip')
  expect(await readdir(enginesFolder)).toEqual(['spark-4.2.0'])
  const before = asked.length
  expect((await install()).fresh).toBe(false)
  expect(asked.length).toBe(before)
  await removeEngine('spark-4.2.0', enginesFolder)
  expect(await installedEngines(enginesFolder)).toEqual([])
  await expect(removeEngine('spark-4.2.0', enginesFolder)).rejects.toMatchObject({
    kind: 'not-found',
  })
})

test('a download that was cut goes on where it was', async () => {
  cuts.set('/files/pyspark-4.2.0.tar.gz', 70_000)
  expect((await install()).fresh).toBe(true)
  const ranges = asked.filter((a) => a.path.startsWith('/files/')).map((a) => a.range)
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
})

test('a file with another sum is refused, and not kept', async () => {
  const [jar] = release.jars
  const wrong = { ...release, jars: [{ ...jar!, sha256: '0'.repeat(64) }] }
  await expect(install({ release: wrong })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('is not the file that this version was tried with'),
  })
  expect(await installedEngines(enginesFolder)).toEqual([])
  expect(await readdir(join(enginesFolder, '.downloads'))).toEqual(['pyspark-4.2.0.tar.gz'])
  asked = []
  await install()
  expect(asked.some((a) => a.path.startsWith('/files/'))).toBe(false)
})

test('files that were brought need no server', async () => {
  const brought = await mkdtemp(join(folder, 'brought-'))
  await mkdir(join(brought, 'jars'))
  for (const [path, bytes] of files)
    if (!path.endsWith('/')) await writeFile(join(brought, 'jars', basename(path)), bytes)
  await install({ from: brought })
  expect(asked).toEqual([])
})

test('what the servers lack is named, without secrets', async () => {
  await expect(install({ mavenUrl: `http://ada:secret@${base}/none` })).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/none\/io\/delta.* answers 404$/),
  })
  expect(asked.find((a) => a.path.startsWith('/none/'))?.authorization).toMatch(/^Basic /)
  expect(asked.find((a) => a.path.startsWith('/files/'))?.authorization).toBeUndefined()
  const elsewhere = await mkdtemp(join(folder, 'engines-'))
  const noIndex = install({ indexUrl: `http://${base}/no`, enginesFolder: elsewhere })
  await expect(noIndex).rejects.toThrow('answers 404')
})

test('an interrupted installation leaves no engine', async () => {
  const abort = new AbortController()
  cuts.set('/files/pyspark-4.2.0.tar.gz', 10)
  setTimeout(() => abort.abort(new Error('stop')), 200)
  await expect(install({}, abort.signal)).rejects.toThrow('stop')
  expect(await installedEngines(enginesFolder)).toEqual([])
  await expect(access(join(enginesFolder, '.lock'))).rejects.toThrow('ENOENT')
})

test('Hadoop is its jars', async () => {
  const { archive: _, ...jarsOnly } = release
  const { engine } = await install({ release: { ...jarsOnly, engine: 'hadoop', version: '3.4.2' } })
  expect(engine).toMatchObject({ id: 'hadoop-3.4.2', version: '3.4.2' })
  expect(await readdir(join(engine.folder, 'jars'))).toEqual(['delta-spark_4.2_2.13-4.4.0.jar'])
  expect(asked.map((a) => a.path)).toEqual([`/maven/${release.jars[0]!.path}`])
})

test('a full disk is seen before anything is downloaded', async () => {
  const huge = { ...release, unpackedBytes: 2 ** 52 }
  await expect(install({ release: huge })).rejects.toThrow(/are needed: make room/)
  expect(asked).toEqual([])
})
