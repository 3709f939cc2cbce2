import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TaskProgram } from './statement.js'

const ROOM = 'engines/spark/'

/**
 * The program that executors run, as the nodes have it.
 * @param node path of Node there; default: that of this process
 * @param app folder there in which this package is installed; default: where it is here
 * @param script below this room; default: the one that collects
 */
export function taskProgram(
  node: string | undefined,
  app: string | undefined,
  script: 'convert/task.js' | 'external/task.js' = 'convert/task.js',
): TaskProgram {
  return {
    node: node ?? process.execPath,
    script:
      app === undefined ? ownScript(script) : `${app.replace(/\/+$/, '')}/dist/${ROOM}${script}`,
  }
}

/** Beside this file in a build; sources that run as they are use the build's. */
function ownScript(script: string): string {
  const built = fileURLToPath(new URL(`../${script}`, import.meta.url))
  return existsSync(built)
    ? built
    : fileURLToPath(new URL(`../../../../dist/${ROOM}${script}`, import.meta.url))
}
