import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Run, run } from './measure.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** What tells a command which front reads the logs. */
export const FRONT = {
  native: { HEADRIG_FRONT: 'native' },
  portable: { HEADRIG_FRONT: 'portable' },
} as const

/** Runs the built command line as a user would. */
export function headrig(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return run([process.execPath, MAIN, ...args], env)
}

/** Collects a folder or URI into a fresh lake; facts are the summary that it prints. */
export async function collectInto(
  lake: string,
  source: string,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<Run & { facts: Record<string, unknown> }> {
  rmSync(lake, { recursive: true, force: true })
  const args = ['collect', source, '--lake', lake, '--quiet', '--output', 'json', ...flags]
  const result = await headrig(args, env)
  const {
    failures: _failures,
    plan: _plan,
    ...facts
  } = JSON.parse(result.stdout) as Record<string, unknown>
  return { ...result, facts }
}
