// Collects (or compacts) once with the built program's own use case, for tests that kill it. The job comes as JSON in
// argv[2]; a line goes to stdout when work starts, and one with the outcome when it ended.
import { readFileSync } from 'node:fs'
import { collect } from '../../dist/app/collect.js'
import { compact } from '../../dist/app/maintain.js'
import { openContext } from '../../dist/app/context.js'
import { loadConfig } from '../../dist/core/config.js'
import { checkpointIo } from '../../dist/engines/duckdb/checkpoint-io.js'
import { openLake } from '../../dist/lake/lake.js'

const { lake, flags = {}, options = {}, compacting, dieAt } = JSON.parse(process.argv[2])
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const abort = new AbortController()
process.on('SIGINT', () => abort.abort())

let operations = 0
/** Dies right before (or after) the store's operation with this number. */
const step = async (act) => {
  const number = ++operations
  if (number === dieAt?.operation && dieAt.when === 'before') process.kill(process.pid, 'SIGKILL')
  try {
    return await act()
  } finally {
    if (number === dieAt?.operation) process.kill(process.pid, 'SIGKILL')
  }
}
const WATCHED = new Set(['get', 'put', 'putIfAbsent', 'putFile', 'delete', 'head'])
const mortal = (store) =>
  new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (!WATCHED.has(name)) return value.bind(target)
      return (...args) => step(() => value.apply(target, args))
    },
  })

const quiet = { debug() {}, info() {}, warn() {} }
const { settings } = await loadConfig({
  flags: { lake, ...flags },
  env: process.env,
  cwd: process.cwd(),
})
const opened = await openContext(settings, {
  logger: quiet,
  progress: { update() {}, done() {} },
  signal: abort.signal,
})
const store = mortal(opened.store)
const context = { ...opened, store, lake: openLake(store, checkpointIo(opened.engine)) }
const revived =
  options.from || options.to
    ? {
        ...options,
        ...(options.from && { from: new Date(options.from) }),
        ...(options.to && { to: new Date(options.to) }),
      }
    : options
/** Between two ticks of 50 ms: what blocks the event loop is seen. */
let ticks = 0
const timer = setInterval(() => ticks++, 50)
const began = performance.now()
say({ started: true })
try {
  const summary = compacting ? await compact(compacting, context) : await collect(revived, context)
  clearInterval(timer)
  const workMs = performance.now() - began
  const status = readFileSync('/proc/self/status', 'utf8')
  const peakBytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  say({ summary, operations, peakBytes, ticks, workMs })
} catch (error) {
  say({ error: String(error?.message ?? error), kind: error?.kind ?? error?.name, operations })
  process.exitCode = 1
} finally {
  clearInterval(timer)
  await opened.close()
}
