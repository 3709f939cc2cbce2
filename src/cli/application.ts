import { buildApplication, buildRouteMap, help, version, type Application } from '@stricli/core'
import { version as currentVersion } from '../core/version.js'
import type { Cli } from './cli.js'
import { auth } from './commands/auth.js'
import { cluster } from './commands/cluster.js'
import { collect } from './commands/collect.js'
import { compact } from './commands/compact.js'
import { completion } from './commands/completion.js'
import { config } from './commands/config.js'
import { demo } from './commands/demo.js'
import { describe } from './commands/describe.js'
import { doctor } from './commands/doctor.js'
import { engine } from './commands/engine.js'
import { formats } from './commands/formats.js'
import { query } from './commands/query.js'
import { retain } from './commands/retain.js'
import { s3DistCp } from './commands/s3-dist-cp.js'
import { serve } from './commands/serve.js'
import { shell } from './commands/shell.js'
import { sql } from './commands/sql.js'
import { submit } from './commands/submit.js'
import { tables } from './commands/tables.js'
import { topTalkers } from './commands/top-talkers.js'
import { vacuum } from './commands/vacuum.js'
import { verify } from './commands/verify.js'
import { versionCommand } from './commands/version.js'
import { exitCodeOf } from './render-error.js'
import { cliText } from './text.js'

/** The name a command is called by, and the command. The one map. */
const routes = {
  demo,
  collect,
  query,
  sql,
  shell,
  tables,
  describe,
  'top-talkers': topTalkers,
  formats,
  submit,
  's3-dist-cp': s3DistCp,
  serve,
  compact,
  vacuum,
  retain,
  verify,
  cluster,
  engine,
  auth,
  config,
  doctor,
  completion,
  version: versionCommand,
}

/** The whole command line. */
export function application(debug: boolean): Application<Cli> {
  const root = buildRouteMap<keyof typeof routes, Cli>({
    routes,
    docs: {
      brief: 'Turn AWS security logs into an open lake and query it with SQL',
      fullDescription: [
        'headrig: collect AWS security logs into an open lake, once each, and query it with SQL.',
        '',
        'Try it:',
        '  headrig demo',
        '  headrig collect s3://my-trail/AWSLogs/ --from 30d --lake ./lake',
        '  headrig query "select event_name, count(*) from aws_cloudtrail group by 1" --lake ./lake',
        '',
        'Exit codes: 0 done, 1 a bug, 2 your input, 3 not allowed, 4 not found, 5 conflict,',
        '6 something outside is unavailable, 130 interrupted.',
      ].join('\n'),
    },
  })
  const formatting = {
    useAliasInUsageLine: false,
    onlyRequiredInUsageLine: true,
    caseStyle: 'convert-camel-to-kebab',
  } as const
  return buildApplication<Cli>(
    root,
    {
      name: 'headrig',
      scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
      localization: { text: cliText(debug) },
      documentation: { disableAnsiColor: true },
      determineExitCode: exitCodeOf,
    },
    {
      help: help({
        brief: 'Print help and exit',
        defaultForRouteMap: true,
        formatting,
      }),
      helpAll: help({
        brief: 'Print help with all flags and exit',
        alias: 'H',
        includeHidden: true,
        formatting,
      }),
      version: version({
        brief: 'Print the version and exit',
        alias: false,
        info: { getCurrentVersion: () => Promise.resolve(currentVersion()) },
      }),
    },
  )
}
