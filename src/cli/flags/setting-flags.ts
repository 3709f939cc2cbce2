import type { FlagValues } from '../../core/config.js'
import { SETTINGS, type SettingName } from '../../core/config-settings.js'

interface SettingFlag {
  readonly kind: 'parsed'
  readonly parse: (text: string) => string
  readonly optional: true
  readonly hidden?: boolean
  readonly brief: string
  readonly placeholder: string
}

/** A flag that sets a setting: its text is read later, together with environment and file. */
export function settingFlag(name: SettingName, hidden = false): SettingFlag {
  const { doc, placeholder } = SETTINGS[name]
  return { kind: 'parsed', parse: String, optional: true, hidden, brief: doc, placeholder }
}

/** Flags of every command. */
export interface CommonFlags {
  readonly config?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly debug?: boolean
}

export const commonFlags = {
  config: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'The settings file; default: headrig.yaml in this folder',
    placeholder: 'file',
  },
  quiet: { kind: 'boolean', optional: true, withNegated: false, brief: SETTINGS.quiet.doc },
  verbose: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Say more about what is done',
  },
  debug: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Show stack traces of errors',
  },
} as const

export const commonAliases = { q: 'quiet', v: 'verbose' } as const

/** Flags of every command that opens the lake. */
export interface LakeFlags extends CommonFlags {
  readonly lake?: string
  readonly memory?: string
  readonly threads?: string
  readonly front?: string
  readonly temp?: string
  readonly cache?: string
  readonly cacheSize?: string
  readonly s3Endpoint?: string
  readonly s3Region?: string
  readonly s3Profile?: string
  readonly s3PathStyle?: string
  readonly s3RequesterPays?: string
}

export const lakeFlags = {
  lake: settingFlag('lake'),
  memory: settingFlag('memory'),
  threads: settingFlag('threads'),
  front: settingFlag('front', true),
  temp: settingFlag('tempFolder', true),
  cache: settingFlag('cacheFolder', true),
  cacheSize: settingFlag('cacheSize', true),
  s3Endpoint: settingFlag('s3Endpoint', true),
  s3Region: settingFlag('s3Region', true),
  s3Profile: settingFlag('s3Profile', true),
  s3PathStyle: settingFlag('s3PathStyle', true),
  s3RequesterPays: settingFlag('s3RequesterPays', true),
  ...commonFlags,
} as const

/** Flags of every command that Spark may do. */
export interface AnswerFlags extends LakeFlags {
  readonly engine?: string
  readonly sparkUrl?: string
  readonly cluster?: string
  readonly data?: string
}

export const answerFlags = {
  ...lakeFlags,
  engine: settingFlag('engine'),
  cluster: settingFlag('sparkCluster'),
  sparkUrl: settingFlag('sparkUrl', true),
  data: settingFlag('dataFolder', true),
} as const

/** Flags of commands that work with Spark on this machine. */
export interface SparkFlags extends CommonFlags {
  readonly data?: string
  readonly sparkHome?: string
  readonly sparkJars?: string
}

export const sparkFlags = {
  data: settingFlag('dataFolder'),
  sparkHome: settingFlag('sparkHome'),
  sparkJars: settingFlag('sparkJars', true),
  ...commonFlags,
} as const

/** Flags of `headrig serve`. */
export interface ServerFlags extends CommonFlags {
  readonly data?: string
  readonly host?: string
  readonly port?: string
  readonly tls?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly account?: string
  readonly region?: string
  readonly auditDestination?: string
}

export const serverFlags = {
  data: settingFlag('dataFolder'),
  host: settingFlag('serverHost'),
  port: settingFlag('serverPort'),
  tls: settingFlag('serverTls'),
  tlsCert: settingFlag('serverTlsCert'),
  tlsKey: settingFlag('serverTlsKey'),
  account: settingFlag('serverAccount'),
  region: settingFlag('serverRegion'),
  auditDestination: settingFlag('auditDestination'),
  ...commonFlags,
} as const

/** What the flags say about settings. */
export function flagValues(
  flags: AnswerFlags & SparkFlags & ServerFlags & { readonly masterKeyFile?: string },
): FlagValues {
  return {
    masterKeyFile: flags.masterKeyFile,
    dataFolder: flags.data,
    sparkHome: flags.sparkHome,
    sparkJars: flags.sparkJars,
    engine: flags.engine,
    sparkUrl: flags.sparkUrl,
    sparkCluster: flags.cluster,
    lake: flags.lake,
    memory: flags.memory,
    threads: flags.threads,
    front: flags.front,
    tempFolder: flags.temp,
    cacheFolder: flags.cache,
    cacheSize: flags.cacheSize,
    s3Endpoint: flags.s3Endpoint,
    s3Region: flags.s3Region,
    s3Profile: flags.s3Profile,
    s3PathStyle: flags.s3PathStyle,
    s3RequesterPays: flags.s3RequesterPays,
    serverHost: flags.host,
    serverPort: flags.port,
    serverTls: flags.tls,
    serverTlsCert: flags.tlsCert,
    serverTlsKey: flags.tlsKey,
    serverAccount: flags.account,
    serverRegion: flags.region,
    auditDestination: flags.auditDestination,
    quiet: flags.quiet ? 'yes' : undefined,
    logLevel: flags.verbose ? 'debug' : undefined,
  }
}
