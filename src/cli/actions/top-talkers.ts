import { resolve } from 'node:path'
import { writeText } from '../../app/output/write-out.js'
import { hadoopLines, topTalkers, type TopTalkersOptions } from '../../app/top-talkers.js'
import type { Cli } from '../cli.js'
import type { OutputFormat } from '../flags/output-flags.js'
import type { AnswerFlags } from '../flags/setting-flags.js'
import type { TimeFlags } from '../flags/time-flags.js'
import { printRows } from '../print-rows.js'
import { withLake } from '../with-lake.js'
import { write } from '../write.js'

export interface TopTalkersFlags extends AnswerFlags, TimeFlags {
  readonly by: NonNullable<TopTalkersOptions['by']>
  readonly maxPort: number
  readonly allPorts?: boolean
  readonly action: string
  readonly allActions?: boolean
  readonly resolve?: string
  readonly services?: boolean
  readonly group?: string
  readonly limit?: number
  readonly format: OutputFormat | 'hadoop'
  readonly out?: string
}

export async function runTopTalkers(this: Cli, flags: TopTalkersFlags): Promise<void> {
  const { stdout, cwd } = this.system
  const { by, maxPort, allPorts, action, allActions, services, group, limit, from, to } = flags
  await withLake(this, flags, async (context) => {
    const answer = await topTalkers(
      {
        by,
        maxPort,
        action,
        ...(allPorts && { allPorts }),
        ...(allActions && { allActions }),
        ...(services && { services }),
        ...(group !== undefined && { group }),
        ...(limit !== undefined && { limit }),
        ...(from && { from }),
        ...(to && { to }),
        ...(flags.resolve !== undefined && { resolve: resolve(cwd, flags.resolve) }),
      },
      context,
    )
    try {
      context.progress.done()
      const { format, out } = flags
      if (format !== 'hadoop') {
        await printRows(this, { format, ...(out !== undefined && { out }) }, answer)
      } else if (out === undefined) {
        for await (const piece of hadoopLines(answer, by)) await write(stdout, piece)
      } else await writeText(resolve(cwd, out), hadoopLines(answer, by))
    } finally {
      await answer.close()
    }
  })
}
