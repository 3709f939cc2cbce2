import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { CollectJob } from './collect-process.js'
import type { SparkTestServer } from './spark.js'

/** Of so many stored bytes: about six objects to a task. */
const TASK_SIZE = '200KiB'

/** A job that collects with Spark. */
export function sparkJob(
  server: SparkTestServer,
  lake: string,
  options: Partial<CollectJob['options']> & Pick<CollectJob['options'], 'uris'>,
  flags: Readonly<Record<string, string>> = {},
): CollectJob {
  return {
    lake,
    options: { format: 'auto', engine: 'spark', ...options },
    flags: { sparkUrl: server.url, sparkTaskSize: TASK_SIZE, ...flags },
  }
}

/**
 * A program in Node's place whose first run does all its work, answers, and is killed: Spark must not
 * take its answer.
 */
export async function writeFlakyNode(path: string): Promise<string> {
  const script = [
    '#!/bin/sh',
    `if mkdir '${path}.died' 2>/dev/null; then`,
    `  '${process.execPath}' "$@"`,
    '  kill -9 $$',
    'fi',
    `exec '${process.execPath}' "$@"`,
  ]
  await writeFile(path, `${script.join('\n')}\n`, { mode: 0o755 })
  return path
}

/** A program in Node's place whose first run never ends; it says who it is and who started it. */
export async function writeHangingNode(path: string): Promise<string> {
  const script = [
    '#!/bin/sh',
    `if mkdir '${path}.hangs' 2>/dev/null; then`,
    `  echo "$$ $PPID." > '${path}.who'`,
    '  exec sleep 600',
    'fi',
    `exec '${process.execPath}' "$@"`,
  ]
  await writeFile(path, `${script.join('\n')}\n`, { mode: 0o755 })
  return path
}

/** Waits for the run that hangs: its process, and the executor that started it. */
export async function hangingProcess(path: string): Promise<{ task: number; executor: number }> {
  for (let i = 0; i < 600; i++) {
    const who = await readFile(`${path}.who`, 'utf8').catch(() => '')
    const [, task, executor] = /^(\d+) (\d+)\./.exec(who) ?? []
    if (task !== undefined) return { task: Number(task), executor: Number(executor) }
    await setTimeout(100)
  }
  throw new Error('no task hangs')
}

/** A program in Node's place that crashes at work when it is given an object with this in its name. */
export async function writeFussyNode(path: string, poison: string): Promise<string> {
  const script = `#!${process.execPath}
const { spawn } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { inflateSync } = require('node:zlib')
const input = readFileSync(0, 'utf8')
const [text, task] = input.trim().split('\\t')
const { lake, folder } = JSON.parse(inflateSync(Buffer.from(text, 'base64')))
const order = readFileSync(lake.replace('file://', '') + '/' + folder + 'task-' + task + '.json', 'utf8')
const child = spawn(process.execPath, process.argv.slice(2), { stdio: ['pipe', 'inherit', 'pipe'] })
child.stdin.end(input)
child.stderr.on('data', (words) => {
  process.stderr.write(words)
  if (!order.includes(${JSON.stringify(poison)})) return
  child.kill('SIGKILL')
  process.kill(process.pid, 'SIGSEGV')
})
child.on('close', (status) => (process.exitCode = status ?? 1))
`
  await writeFile(path, script, { mode: 0o755 })
  return path
}
