import { once } from 'node:events'
import { startServer, type RunningServer } from '../../server/serve.js'
import type { Cli } from '../cli.js'
import { effectsFor } from '../effects.js'
import type { ServerFlags } from '../flags/setting-flags.js'
import { shellWord } from '../shell-word.js'
import { configFor } from '../with-lake.js'
import { write } from '../write.js'

/** `headrig serve` */
export async function runServe(this: Cli, flags: ServerFlags): Promise<void> {
  const { settings } = await configFor(this, flags)
  const { logger } = effectsFor(this, settings)
  const server = await startServer({ settings, logger, env: this.system.env })
  try {
    await write(
      this.system.stdout,
      `listening on ${server.url}; try: ${example(server, settings.serverRegion)}\n`,
    )
    if (!this.signal.aborted) await once(this.signal, 'abort')
  } finally {
    await server.close()
  }
}

/** A command line of the AWS CLI that gets an answer. */
function example({ url, certFile, firstKeyFile }: RunningServer, region: string): string {
  return [
    `AWS_ENDPOINT_URL=${url}`,
    `AWS_DEFAULT_REGION=${region}`,
    ...(certFile === undefined ? [] : [`AWS_CA_BUNDLE=${shellWord(certFile)}`]),
    ...(firstKeyFile === undefined
      ? []
      : [`AWS_SHARED_CREDENTIALS_FILE=${shellWord(firstKeyFile)}`]),
    'aws emr list-release-labels',
  ].join(' ')
}
