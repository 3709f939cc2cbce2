import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { statePusher } from './state-pusher.js'
import type { Command } from './command.js'

const STATE_PUSHER = /^s3:\/\/(?:[a-z0-9-]+\.)?elasticmapreduce\/libs\/state-pusher\//

/** Fetches a script and runs it with the arguments that follow; its first line says by what. */
export const scriptRunner: Command = async (call) => {
  const [uri = '', ...args] = call.args
  if (STATE_PUSHER.test(uri)) return statePusher(call)
  const slash = uri.lastIndexOf('/')
  const name = uri.slice(slash + 1)
  if (!/^(?:s3|file):\/\/./.test(uri) || name === '')
    throw new HeadrigError('invalid', `no script: "${uri}"; give s3://bucket/key or file:///path`)
  const script = await call.context.open(uri.slice(0, slash), call.spec).get(name, {
    signal: call.signal,
  })
  const folder = join(call.folder, 'script')
  await mkdir(folder, { mode: 0o700 })
  const command = join(folder, name)
  await writeFile(command, script, { mode: 0o700 })
  return { kind: 'process', command, args }
}
