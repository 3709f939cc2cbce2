import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditLog, segmentPath } from './log.js'
import { decodeLines, encodeLine, lineSlices } from './segment-line.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'headrig-audit-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = (): Date => new Date()

/** The numbers of all records in the folder. */
async function numbersIn(place: string): Promise<number[]> {
  const log = await AuditLog.open({ folder: place, clock, reserveBytes: 1024 })
  const numbers: number[] = []
  for (const name of await log.segments())
    for (const json of decodeLines(readFileSync(segmentPath(place, name))).records)
      numbers.push((JSON.parse(json) as { n: number }).n)
  await log.close()
  return numbers
}

function appender(place: string, segmentBytes: number, reserve = 1024): string[] {
  const script = new URL('../../test/support/audit-append.mjs', import.meta.url).pathname
  const module = new URL('log.ts', import.meta.url).href
  return ['--import', 'tsx', script, module, place, '20', String(segmentBytes), String(reserve)]
}

/** What it printed until `enough` says so; it is killed then. */
async function untilKilled(
  child: ChildProcess,
  enough: (lines: string[]) => boolean,
): Promise<string[]> {
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit')
  while (!enough(said.split('\n')) && child.exitCode === null)
    await Promise.race([once(child.stdout ?? child, 'data'), ended])
  child.kill('SIGKILL')
  await once(child, 'close')
  return said.split('\n').slice(0, -1)
}

describe('the audit log', () => {
  it('writes what waits together, in files that only their owner can read', async () => {
    const log = await AuditLog.open({ folder, clock, segmentBytes: 500, reserveBytes: 1024 })
    await Promise.all(Array.from({ length: 100 }, (_, n) => log.append(JSON.stringify({ n }))))
    expect(log.problem()).toBeUndefined()
    await log.append('{"n":100}')
    await log.close()
    expect(await numbersIn(folder)).toEqual(Array.from({ length: 101 }, (_, n) => n))
    const files = readdirSync(folder).filter((name) => name.endsWith('.log'))
    expect(files).toHaveLength(2)
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    await expect(log.append('{}')).rejects.toThrow('the audit log is closed')
  })

  it('goes on in a new segment after the last', async () => {
    for (const n of [1, 2, 3]) {
      const log = await AuditLog.open({ folder, clock, reserveBytes: 1024 }, 7)
      await log.append(JSON.stringify({ n }))
      expect(log.current()?.name.sequence).toBe(7 + n)
      await log.close()
    }
    expect(await numbersIn(folder)).toEqual([1, 2, 3])
  })

  it('loses nothing that was acknowledged when it is killed', async () => {
    const child = spawn(process.execPath, appender(folder, 20_000), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const acknowledged = await untilKilled(child, (lines) => lines.length > 300)
    const kept = await numbersIn(folder)
    expect(new Set(kept).size).toBe(kept.length)
    expect(kept).toEqual(expect.arrayContaining(acknowledged.map(Number)))
    expect(acknowledged.length).toBeGreaterThanOrEqual(300)
  }, 30_000)

  it('refuses when the disk is full, and says so before', async () => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    const mount = 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"'
    const command = [process.execPath, ...appender(join(disk, 'log'), 100_000, 65_536)]
    const before = process.getuid?.() === 0 ? [] : ['sudo', '-n']
    const [program = '', ...args] = [
      ...before,
      'unshare',
      '-m',
      'sh',
      '-c',
      mount,
      disk,
      ...command,
    ]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = await untilKilled(child, (said) => said.some((line) => line.startsWith('failed')))
    const problem = lines.findIndex((line) => line.startsWith('problem'))
    const failed = lines.findIndex((line) => line.startsWith('failed'))
    expect(lines[failed]).toMatch(/^failed \d+ unavailable false$/)
    // The reserve held the records of what was running.
    const between = lines.slice(problem, failed).filter((line) => /^\d+$/.test(line))
    expect(problem).toBeGreaterThan(100)
    expect(between.length).toBeGreaterThan(100)
  }, 30_000)

  it('leaves out what is torn, and only that', () => {
    const line = fc.json().map((json) => encodeLine(json))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(), (lines, at) => {
        const whole = Buffer.concat(lines)
        const cut = at % whole.length
        const { records, damaged } = decodeLines(whole.subarray(0, cut))
        let [end, count] = [0, 0]
        while (end + (lines[count]?.length ?? Infinity) <= cut) end += lines[count++]?.length ?? 0
        expect(records).toHaveLength(count)
        expect(damaged).toBe(cut - end)
        const bent = Buffer.from(whole)
        bent[cut] = (bent[cut] ?? 0) ^ 1
        expect(decodeLines(bent).records.length).toBeLessThan(lines.length)
      }),
    )
  })

  it('is taken in parts of whole lines', () => {
    const line = fc.json().map((json) => encodeLine(json))
    fc.assert(
      fc.property(fc.array(line), fc.nat(200), fc.nat(20), (lines, size, torn) => {
        const bytes = Buffer.concat(lines)
        const whole = bytes.subarray(0, bytes.length - torn)
        const parts = [...lineSlices(whole, size)]
        expect(Buffer.concat(parts).equals(whole)).toBe(true)
        for (const part of parts.slice(0, -1)) expect(part.at(-1)).toBe(10)
        const records = parts.flatMap((part) => decodeLines(part).records)
        expect(records).toEqual(decodeLines(whole).records)
      }),
    )
  })

  it('reads a segment that a power cut tore', async () => {
    const log = await AuditLog.open({ folder, clock, reserveBytes: 1024 })
    for (const n of [1, 2]) await log.append(JSON.stringify({ n }))
    const name = log.current()?.name
    await log.close()
    if (!name) throw new Error('no segment')
    const path = segmentPath(folder, name)
    truncateSync(path, statSync(path).size - 3)
    expect(await numbersIn(folder)).toEqual([1])
  })
})
