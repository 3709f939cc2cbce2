import type { LakeContext } from '../app/context.js'
import { loadConfig, type Config } from '../core/config.js'
import type { Cli } from './cli.js'
import { effectsFor } from './effects.js'
import {
  flagValues,
  type LakeFlags,
  type ServerFlags,
  type SparkFlags,
} from './flags/setting-flags.js'

/** Settles the settings for one command. */
export function configFor(cli: Cli, flags: LakeFlags & SparkFlags & ServerFlags): Promise<Config> {
  const { env, cwd } = cli.system
  return loadConfig({ flags: flagValues(flags), env, cwd, file: flags.config })
}

/**
 * Runs `use` over the lake that the flags name, and closes it. Progress shows on a terminal, never with
 * `--quiet`; notes and warnings go to stderr.
 */
export async function withLake<T>(
  cli: Cli,
  flags: LakeFlags,
  use: (context: LakeContext) => Promise<T>,
): Promise<T> {
  const { settings } = await configFor(cli, flags)
  const effects = effectsFor(cli, settings)
  const { openContext } = await import('../app/context.js')
  const context = await openContext(settings, effects)
  try {
    return await use(context)
  } finally {
    effects.progress.done()
    await context.close()
  }
}
