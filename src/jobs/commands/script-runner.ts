import { HeadrigError } from '../../core/errors.js'
import { fetchFile } from '../fetch.js'
import type { Command } from './command.js'

/**
 * Fetches a script and runs it with the arguments that follow; its first line says by what. A script of this machine
 * runs where it is.
 */
export const scriptRunner: Command = async (call) => {
  const [uri = '', ...args] = call.args
  if (!/^(?:s3[an]?|file):\/\/.*[^/]$/.test(uri))
    throw new HeadrigError('invalid', `no script: "${uri}"; give s3://bucket/key or file:///path`)
  return { kind: 'process', command: await fetchFile(uri, 'script', call), args }
}
