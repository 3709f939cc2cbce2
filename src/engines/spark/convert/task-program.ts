import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TaskProgram } from './statement.js'

const SCRIPT = 'dist/engines/spark/convert/task.js'

/**
 * The program that executors run, as the nodes have it.
 * @param node path of Node there; default: that of this process
 * @param app folder there in which this package is installed; default: where it is here
 */
export function taskProgram(node: string | undefined, app: string | undefined): TaskProgram {
  return {
    node: node ?? process.execPath,
    script: app === undefined ? ownScript() : `${app.replace(/\/+$/, '')}/${SCRIPT}`,
  }
}

/** Beside this file in a build; sources that run as they are use the build's. */
function ownScript(): string {
  const built = fileURLToPath(new URL('./task.js', import.meta.url))
  return existsSync(built)
    ? built
    : fileURLToPath(new URL(`../../../../${SCRIPT}`, import.meta.url))
}
