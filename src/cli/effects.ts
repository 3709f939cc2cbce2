import type { Effects } from '../app/context.js'
import type { Settings } from '../core/config-settings.js'
import { silentProgress } from '../core/progress.js'
import type { Cli } from './cli.js'
import { progressBar } from './progress-bar.js'
import { terminalLogger } from './terminal-logger.js'

/**
 * How a command says how it goes. Progress shows on a terminal, never with `--quiet`; notes and warnings
 * go to stderr.
 */
export function effectsFor(cli: Cli, settings: Settings): Effects {
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
  return { logger, progress: bar ?? silentProgress, signal: cli.signal }
}
