// A batch that is given up while it is read, by either front: it ends soon, writes nothing more, and the next is read.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trailRecord } from '../../../test/support/collect-logs.js'
import { loadAddon } from '../../front/native/load.js'
import type { ConvertRequest } from '../engine.js'
import { DuckDbConverter } from './converter.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

const { addon, why } = loadAddon()
if (!addon) process.stderr.write(`skipped: no native front to stop: ${why}\n`)
const FRONTS = addon ? ['native', 'portable'] : ['portable']
const OBJECTS = 60

let engine: DuckDbEngine
let root: string
let path: string
let size: number
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headrig-stop-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 29,
    threads: 1,
    tempFolder: join(root, 'spill'),
  })
  const records = Array.from({ length: 4000 }, (_, i) => JSON.stringify(trailRecord(i)))
  const bytes = gzipSync(records.join('\n'), { level: 1 })
  path = join(root, 'object')
  size = bytes.length
  writeFileSync(path, bytes)
})
afterAll(() => {
  engine.close()
  rmSync(root, { recursive: true, force: true })
})

describe.each(FRONTS)('the %s front', (front) => {
  const requestOf = (name: string, objects: number, signal: AbortSignal): ConvertRequest => {
    const folder = join(root, `${front}-${name}`)
    mkdirSync(folder)
    return {
      objects: Array.from({ length: objects }, (_, i) => {
        return { uri: `file://${path}?${i}`, key: `object-${i}`, size, localPath: path }
      }),
      fetch: () => Promise.reject(new Error('all objects are local')),
      format: 'aws_cloudtrail',
      folder,
      ingestedAt: new Date(0),
      keepDuplicates: true,
      signal,
    }
  }

  const open = () =>
    new DuckDbConverter(engine, {
      threads: 2,
      arenaBytes: 16 << 20,
      addon: front === 'native' ? addon : undefined,
    })

  it('ends in the middle of a large object', async () => {
    const large = join(root, `large-${front}`)
    const member = readFileSync(path)
    // Members of gzip follow each other; the whole would take many seconds.
    writeFileSync(large, Buffer.concat(Array.from({ length: 400 }, () => member)))
    const converter = open()
    try {
      const stop = new AbortController()
      const { objects, ...rest } = requestOf('large', 1, stop.signal)
      const [object] = objects
      const one = { ...object, uri: 'file:///large', key: 'large', localPath: large }
      const reading = converter.convert({ ...rest, objects: [{ ...one, size: size * 400 }] })
      setTimeout(() => stop.abort(), 200)
      const began = performance.now()
      await expect(reading).rejects.toThrow(/abort/i)
      expect(performance.now() - began).toBeLessThan(3000)
    } finally {
      await converter.close()
      rmSync(large)
    }
  })

  it('ends a batch that is given up, and reads the next', async () => {
    const converter = open()
    try {
      const whole = requestOf('whole', OBJECTS, new AbortController().signal)
      let ticks = 0
      const timer = setInterval(() => ticks++, 5)
      const began = performance.now()
      const batch = await converter.convert(whole)
      const wholeMs = performance.now() - began
      clearInterval(timer)
      expect(batch.outcomes.reduce((sum, o) => sum + o.rows, 0)).toBe(OBJECTS * 4000)
      // The event loop went on meanwhile.
      expect(ticks).toBeGreaterThan(wholeMs / 5 / 10)

      const stop = new AbortController()
      const request = requestOf('stopped', OBJECTS * 10, stop.signal)
      let stoppedAt = 0
      const reading = converter.convert({
        ...request,
        onProgress() {
          if (stoppedAt > 0) return
          stoppedAt = performance.now()
          stop.abort()
        },
      })
      await expect(reading).rejects.toThrow(/abort/i)
      expect(performance.now() - stoppedAt).toBeLessThan(wholeMs + 2000)
      const left = readdirSync(request.folder).toSorted()
      await wait(300)
      expect(readdirSync(request.folder).toSorted()).toEqual(left)

      const next = await converter.convert(requestOf('next', 2, new AbortController().signal))
      expect(next.outcomes.map((o) => o.rows)).toEqual([4000, 4000])
    } finally {
      await converter.close()
    }
  })
})
