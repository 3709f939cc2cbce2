import type { Readable, Writable } from 'node:stream'
import { environment } from '../core/config.js'
import type { Environment } from '../core/config-settings.js'

/** What the command line takes from the machine; tests give their own. */
export interface System {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Environment
  readonly cwd: string
  /** Calls back at every Ctrl-C (or SIGTERM) until the returned function is called. */
  onInterrupt(listener: () => void): () => void
}

/** The system of this process. */
export function processSystem(): System {
  const { stdin, stdout, stderr } = process
  return {
    stdin,
    stdout,
    stderr,
    env: environment(),
    cwd: process.cwd(),
    onInterrupt(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener)
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener)
    },
  }
}
