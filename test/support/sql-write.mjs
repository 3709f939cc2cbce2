// Writes once with the built program's own parts, for tests that kill it. The job comes as JSON in argv[2]: the
// process dies right before the file or HTTP operation with the number `dieAt` that changes something.
import fs from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

const { kind, target, files = [], text, lake, settings = {}, dieAt } = JSON.parse(process.argv[2])

let operations = 0
const step = () => {
  if (++operations === dieAt) process.kill(process.pid, 'SIGKILL')
}
const MUTATING = ['rename', 'unlink', 'rm', 'rmdir', 'link', 'mkdir', 'copyFile', 'chmod']
for (const name of MUTATING) {
  const plain = fs.promises[name]
  fs.promises[name] = (path, ...rest) => {
    if (!String(path).includes('spill')) step()
    return plain.call(fs.promises, path, ...rest)
  }
}
const request = http.request
http.request = (...args) => {
  const { method = 'GET' } = args.find((a) => a?.method) ?? {}
  if (method === 'PUT' || method === 'DELETE' || method === 'POST') step()
  return request(...args)
}
syncBuiltinESMExports()

const context = { settings }
const write = async ({ store, prefix }, label) => {
  const written = []
  for (const [i, content] of files.entries()) {
    const key = `${prefix}part-${label === undefined ? '' : `${label}-`}${String(i).padStart(5, '0')}.txt`
    await store.put(key, Buffer.from(content))
    written.push({ key, size: content.length })
  }
  return { columns: [], files: written, rows: files.length }
}

if (kind === 'local') {
  const { replaceLocalDirectory } = await import('../../dist/app/script/local-directory.js')
  await replaceLocalDirectory(target, write, context)
} else if (kind === 'store') {
  const { placeOf } = await import('../../dist/app/script/place.js')
  const { replaceStoreDirectory } = await import('../../dist/app/script/store-directory.js')
  await replaceStoreDirectory(placeOf(target, context), write)
} else {
  const { openContext } = await import('../../dist/app/context.js')
  const { loadConfig } = await import('../../dist/core/config.js')
  const { runScript } = await import('../../dist/app/script/run-script.js')
  const config = await loadConfig({ flags: { lake, memory: '512MiB' }, env: {}, cwd: '/' })
  const opened = await openContext(config.settings, {
    logger: { debug() {}, info() {}, warn() {} },
    progress: { update() {}, done() {} },
    signal: new AbortController().signal,
  })
  operations = 0
  await runScript({ text, cwd: target }, opened)
  await opened.close()
}
process.stdout.write(`${operations}\n`)
