import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../storage/open.js'
import { memoryStore } from '../../storage/memory.js'
import { Attempt } from '../attempt.js'
import type { Outcome } from '../outcome.js'
import { commandLauncher } from './launcher.js'
import { REFUSED } from './refusals.js'

const SCRIPT_RUNNER = 's3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-command-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const scripts = memoryStore()
const run = (jar: string, ...args: string[]): Promise<Outcome> =>
  new Attempt(
    { id: `s-${process.pid}`, cluster: 'j-1', name: 'x', jar, args, role: 'reader' },
    {
      folder,
      launch: commandLauncher({
        open: (uri, { role }) =>
          uri === 's3://scripts' && role === 'reader' ? scripts : openStore(uri),
      }),
      environment: async () => ({}),
      now: () => 0,
      logs: () => undefined,
    },
  ).outcome
const message = async (jar: string, ...args: string[]): Promise<string | undefined> =>
  (await run(jar, ...args)).failure?.message
const stdout = (): string => readFileSync(join(folder, 'stdout'), 'utf8')

describe('a step of EMR', () => {
  it('runs programs by command-runner.jar', async () => {
    expect(await run('command-runner.jar', 'bash', '-c', 'echo "$0" $1', 'a b', 'c')).toEqual({
      state: 'COMPLETED',
      exitCode: 0,
    })
    expect(stdout()).toBe('a b c\n')
    expect(await message('command-runner.jar', '/bin/bash', '-c', 'exit 5')).toBe('exit code 5')
  })

  it('runs a script from a store with its arguments', async () => {
    await scripts.put('etl/go.sh', Buffer.from('#!/bin/bash\necho "$# $1" in $(pwd)\n'))
    const uri = 's3://scripts/etl/go.sh'
    expect((await run(SCRIPT_RUNNER, uri, 'a b', 'c')).state).toBe('COMPLETED')
    expect(stdout()).toBe(`2 a b in ${folder}/work\n`)
    expect((await run(SCRIPT_RUNNER, 's3n://scripts/etl/go.sh')).state).toBe('COMPLETED')
  })

  it('says which script is not there', async () => {
    expect(await message(SCRIPT_RUNNER, 's3://scripts/etl/none.sh')).toContain('none.sh')
    expect(await message(SCRIPT_RUNNER, 'go.sh')).toMatch(/^no script: "go\.sh"/)
    expect(await message(SCRIPT_RUNNER)).toMatch(/^no script: ""/)
  })

  it('does nothing for debugging, in both of its forms', async () => {
    expect((await run('command-runner.jar', 'state-pusher-script')).state).toBe('COMPLETED')
    const old = 's3://us-east-1.elasticmapreduce/libs/state-pusher/0.1/fetch'
    expect((await run(SCRIPT_RUNNER, old)).state).toBe('COMPLETED')
    expect(stdout()).toContain('nothing to do')
  })

  it.each(Object.keys(REFUSED))('refuses %s by name', async (name) => {
    const refused = `cannot run /usr/bin/${name}: ${REFUSED[name]}`
    expect(await message('command-runner.jar', `/usr/bin/${name}`)).toBe(refused)
  })

  it('refuses other jars, and nothing', async () => {
    expect(await message('s3://own/script-runner.jar')).toContain('this server has no Spark')
    expect(await message('s3://own/program')).toContain('give command-runner.jar or a .jar')
    expect(await message('command-runner.jar')).toContain('nothing to run')
    expect(await message('command-runner.jar', 'spark-submit', 'a.py')).toContain(
      'this server has no Spark',
    )
    expect(await message('command-runner.jar', 'headrig', 'tables')).toContain(
      'does not run its own command line',
    )
  })

  it('knows programs of EMR by the places that old clients know', async () => {
    const libs = 's3://eu-west-1.elasticmapreduce/libs'
    expect(await message(SCRIPT_RUNNER, `${libs}/pig/pig-script`)).toContain('there is no Pig')
    const old = ['--base-path', `${libs}/hive/`, '--hive-versions', 'latest']
    expect(
      (await run(SCRIPT_RUNNER, `${libs}/hive/hive-script`, ...old, '--install-hive')).state,
    ).toBe('COMPLETED')
    expect(
      await message(
        SCRIPT_RUNNER,
        `${libs}/hive/hive-script`,
        ...old,
        '--run-hive-script',
        '--args',
        '-f',
      ),
    ).toBe('hive-script: -f lacks its value')
    expect(await message('/home/hadoop/lib/emr-s3distcp-1.0.jar', '--bad')).toContain(
      's3-dist-cp: there is no option --bad',
    )
    expect(await message(SCRIPT_RUNNER, '/home/hadoop/spark/bin/spark-submit')).toContain(
      'has no program',
    )
  })

  it.each([
    ['spark-submit --mastr yarn x.py', 'no option --mastr: did you mean "master"?'],
    ['spark-submit --master k8s://x x.py', 'works on its own cluster'],
    ['spark-submit --deploy-mode far x.py', 'write client or cluster'],
    ['spark-submit --proxy-user x x.py', 'spark-submit --proxy-user: a step runs as itself'],
    ['spark-submit --conf spark.x x.py', 'write it like'],
    ['spark-submit x.R', 'there is no R here'],
    ['spark-sql -e', '-e lacks its value'],
    ['spark-sql', 'no script'],
    ['spark-sql --database other -e x', 'there is one database'],
    ['hive x.q', 'what is "x.q"?'],
    ['s3-dist-cp --src=a --appendToLastFile', 'no such option'],
    ['s3-dist-cp --src=a --outputCodec=lzo', 'gzip, none and keep'],
    ['s3-dist-cp --src=a --storageClass=GLACIER', 'leave storageClass out'],
    ['s3-dist-cp a b', 'what is "a"?'],
    ['hadoop fs -ls /', 'cannot run hadoop fs: only hadoop jar is there'],
    ['hadoop jar', 'only hadoop jar is there'],
    ['hadoop jar s3://own/x.jar a', 'cannot run s3://own/x.jar: this server has no Spark'],
    ['hadoop jar /usr/lib/hadoop/hadoop-streaming.jar', 'no Hadoop here: run headrig engine'],
    ['hadoop-streaming -mapper cat', 'no Hadoop here: run headrig engine install hadoop'],
  ])('refuses %s', async (line, why) => {
    expect(await message('command-runner.jar', ...line.split(' '))).toContain(why)
  })
})
