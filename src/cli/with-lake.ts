import type { LakeContext } from '../app/context.js'
import { loadConfig, type Config } from '../core/config.js'
import { silentProgress } from '../core/progress.js'
import type { Cli } from './cli.js'
import { flagValues, type LakeFlags } from './flags/setting-flags.js'
import { progressBar } from './progress-bar.js'
import { terminalLogger } from './terminal-logger.js'

/** Settles the settings for one command. */
export function configFor(cli: Cli, flags: LakeFlags): Promise<Config> {
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
  const { stderr } = cli.system
  const bar =
    stderr.isTTY && !settings.quiet
      ? progressBar({
          write: (text) => void stderr.write(text),
          columns: () => stderr.columns || 80,
        })
      : undefined
  const logger = terminalLogger(settings.quiet ? 'warn' : settings.logLevel, (line) => {
    bar?.erase()
    stderr.write(line)
  })
  const { openContext } = await import('../app/context.js')
  const context = await openContext(settings, {
    logger,
    progress: bar ?? silentProgress,
    signal: cli.signal,
  })
  try {
    return await use(context)
  } finally {
    bar?.done()
    await context.close()
  }
}
