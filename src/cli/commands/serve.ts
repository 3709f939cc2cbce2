import { buildCommand } from '@stricli/core'
import type { Cli } from '../cli.js'
import { commonAliases, serverFlags, type ServerFlags } from '../flags/setting-flags.js'

export const serve = buildCommand<ServerFlags, [], Cli>({
  docs: {
    brief: "Answer the APIs of AWS's EMR, STS and CloudTrail",
    fullDescription: [
      'Listens until Ctrl-C or SIGTERM, and says in one line how to point the AWS CLI at it. On this machine',
      'alone it speaks HTTP, elsewhere TLS by a certificate that it makes, or yours. Callers sign with keys of',
      'headrig auth; the first start makes a key and says where it is. Every call is recorded.',
      '',
      'Example:\n  headrig serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
    ].join('\n'),
  },
  parameters: { flags: serverFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/serve.js')).runServe,
})
