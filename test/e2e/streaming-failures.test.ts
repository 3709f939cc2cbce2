// How Hadoop Streaming's failures are told, on real Hadoop over a real S3 server.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { processesWith } from '../../src/clusters/process-id.js'
import { STEP_VARIABLE } from '../../src/jobs/environment.js'
import { type EndedStep, streamingBed } from '../support/streaming.js'

const bed = await streamingBed()
afterAll(() => bed?.close())

const PROGRAMS = {
  'three.sh': '#!/bin/sh\ncat > /dev/null\necho "three is too many" >&2\nexit 3\n',
  'old.py': '#!/usr/bin/env python2.nowhere\nprint 1\n',
  'older.py': '#!/opt/nowhere/python2\nprint 1\n',
  'odd.sh': '#!/bin/sh\nprintf "LongValueSums:a\\t1\\n"\ncat > /dev/null\n',
  'word.sh': '#!/bin/sh\nprintf "LongValueSum:a\\tone\\n"\ncat > /dev/null\n',
  'wait.sh': '#!/bin/sh\nsleep 1000 &\necho "reporter:status:waiting" >&2\ncat\nwait\n',
}
const LOG = { logUri: 's3://logs/emr/' }
const program = (name: keyof typeof PROGRAMS, ...more: string[]): string[] => [
  'hadoop-streaming',
  '-files',
  `s3://jobs/code/${name}`,
  '-mapper',
  name,
  '-input',
  's3://jobs/in',
  '-output',
  `s3://jobs/out-${name}`,
  ...more,
]

beforeAll(async () => {
  if (!bed) return
  await bed.put('in/a', 'a 1\n')
  await bed.put('there/old', 'x\n')
  for (const [name, text] of Object.entries(PROGRAMS)) await bed.put(`code/${name}`, text)
})

const plain = (input: string, output: string): string[] => [
  'hadoop-streaming',
  '-mapper',
  'cat',
  '-input',
  input,
  '-output',
  output,
]
const FAILURES: readonly {
  readonly what: string
  readonly args: readonly string[]
  readonly exitCode: number
  readonly reason: string
  readonly message: string | RegExp
}[] = [
  {
    what: 'an output that is there',
    args: plain('s3://jobs/in', 's3://jobs/there'),
    exitCode: 5,
    reason: 'Output directory already exists.',
    message:
      'org.apache.hadoop.mapred.FileAlreadyExistsException: Output directory s3://jobs/there already exists',
  },
  {
    what: 'an input that is not there',
    args: plain('s3://jobs/none', 's3://jobs/x'),
    exitCode: 5,
    reason: 'Input path does not exist.',
    message:
      'org.apache.hadoop.mapred.InvalidInputException: Input path does not exist: s3://jobs/none',
  },
  {
    what: 'a bucket that is not there',
    args: plain('s3://jobs/in', 's3://no-such-bucket/x'),
    exitCode: 5,
    reason: 'Bucket does not exist.',
    message: 'NoSuchBucket: the specified bucket does not exist',
  },
  {
    what: 'a mapper that fails',
    args: program('three.sh'),
    exitCode: 1,
    reason: 'Mapper, combiner or reducer failed.',
    message: 'exit code 3: three is too many',
  },
  {
    what: 'an unknown type of aggregate',
    args: program('odd.sh', '-reducer', 'aggregate'),
    exitCode: 1,
    reason: 'Unknown aggregate type.',
    message: /print LongValueSum:<key>/,
  },
  {
    what: 'a sum of words',
    args: program('word.sh', '-reducer', 'aggregate'),
    exitCode: 1,
    reason: 'Not a number.',
    message: 'java.lang.NumberFormatException: For input string: "one"',
  },
  {
    what: 'a program whose interpreter is not there',
    args: program('older.py'),
    exitCode: 1,
    reason: 'Program cannot be run.',
    message: /^older\.py: No such file or directory: .*its first line/,
  },
  {
    what: 'a program of Python 2 without it',
    args: program('old.py'),
    exitCode: 1,
    reason: 'Program cannot be run.',
    message: /Python 3/,
  },
  {
    what: 'options in a wrong order',
    args: [...plain('s3://jobs/in', 's3://jobs/x'), '-D', 'a=b'],
    exitCode: 1,
    reason: 'Invalid arguments.',
    message: /^unrecognized option -D: -D, -files, -archives and -libjars come before/,
  },
]

describe.skipIf(!bed)('a streaming step that fails tells', () => {
  const steps = new Map<string, string>()
  beforeAll(() => {
    for (const { what, args } of FAILURES) steps.set(what, bed!.submit(args, LOG))
  })

  test.each(FAILURES)(
    '$what',
    { timeout: 240_000 },
    async ({ what, reason, message, exitCode }) => {
      const id = steps.get(what) ?? ''
      const { record, log } = await bed!.ended(id)
      expect(record, log('stderr')).toMatchObject({
        state: 'FAILED',
        exitCode,
        failure: { reason, logFile: `s3://logs/emr/j-STREAMING/steps/${id}/stderr.gz` },
      })
      expect(record.failure?.message).toMatch(message)
    },
  )
})

describe.skipIf(!bed)('a streaming step', () => {
  test('goes on after a program that fails when it is told to', { timeout: 240_000 }, async () => {
    const [first, ...args] = program('three.sh')
    const { record } = await bed!.run([
      first ?? '',
      '-D',
      'stream.non.zero.exit.is.failure=false',
      ...args.slice(0, -1),
      's3://jobs/forgiven',
    ])
    expect(record.state).toBe('COMPLETED')
  })

  test('ends with all its programs, and shows no secret', { timeout: 240_000 }, async () => {
    const id = bed!.submit(program('wait.sh'))
    const running = (): Promise<readonly { readonly pid: number }[]> =>
      processesWith(STEP_VARIABLE, id)
    await vi.waitFor(async () => expect((await running()).length).toBeGreaterThan(2), 200_000)
    for (const { pid } of await running())
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(bed!.secret)
    const work = join(bed!.folder, id, '1', 'work')
    for (const path of readdirSync(join(work, '.hadoop')))
      expect(readFileSync(join(work, '.hadoop', path), 'utf8')).not.toContain(bed!.secret)
    bed!.runner.cancel(id)
    const { record }: EndedStep = await bed!.ended(id)
    expect(record.state).toBe('CANCELLED')
    while ((await running()).length > 0) await setTimeout(20)
  })
})
