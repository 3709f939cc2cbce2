import type { Cli } from './cli.js'
import type { ReportFlags } from './flags/report-flags.js'
import { write } from './write.js'

/** Ends a command with its summary: as JSON, or as lines for people. */
export async function report(
  cli: Cli,
  { format }: ReportFlags,
  summary: object,
  lines: readonly string[],
): Promise<void> {
  const text =
    format === 'json'
      ? `${JSON.stringify(summary, null, 2)}\n`
      : lines.map((line) => `${line}\n`).join('')
  await write(cli.system.stdout, text)
}
