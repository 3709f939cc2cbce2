import { basename, join, relative, resolve } from 'node:path'
import { demo, type DemoStep } from '../../app/demo.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import type { CommonFlags } from '../flags/setting-flags.js'
import { printRows } from '../print-rows.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'
import { summaryText } from './collect.js'

export interface DemoFlags extends CommonFlags {
  readonly memory?: string
  readonly threads?: string
}

export async function runDemo(this: Cli, flags: DemoFlags, given?: string): Promise<void> {
  const folder = resolve(this.system.cwd, given ?? 'headrig-demo')
  const lake = join(folder, 'lake')
  const { cwd } = this.system
  const options = { folder, program: programName(cwd), lakeName: relative(cwd, lake) || lake }
  await withLake(this, { ...flags, lake }, async (context) => {
    for await (const step of demo(options, context)) {
      context.progress.done()
      await show(this, step)
    }
  })
}

/** How this program was called, so that the commands to try next work as they are printed. */
function programName(cwd: string): string {
  const script = process.argv[1] ?? ''
  return basename(script) === 'main.js' ? `node ${relative(cwd, script)}` : 'headrig'
}

async function show(cli: Cli, step: DemoStep): Promise<void> {
  const { stdout, cwd } = cli.system
  switch (step.kind) {
    case 'logs': {
      const { objects, events, flows, bytes } = step.logs
      const where = relative(cwd, step.folder) || step.folder
      return write(
        stdout,
        `sample logs: ${grouped(events)} CloudTrail events and ${grouped(flows)} flows, ` +
          `${grouped(objects)} objects, ${formatSize(bytes)}, in ${where}\n`,
      )
    }
    case 'collected': {
      const { summary } = step
      const known = summary.unchanged > 0 ? `${grouped(summary.unchanged)} were there before; ` : ''
      return write(
        stdout,
        `collected in ${summary.seconds.toFixed(1)} s (${known}a second run adds nothing)\n${summaryText(summary)}`,
      )
    }
    case 'answer':
      await write(stdout, `\n${step.title}\n\n`)
      await printRows(cli, { format: 'table' }, step.answer)
      return
    case 'next':
      return write(stdout, `\nTry next:\n${step.commands.map((c) => `  ${c}\n`).join('')}`)
  }
}
