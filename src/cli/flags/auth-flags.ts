import { reportFlags, type ReportFlags } from './report-flags.js'
import { commonFlags, settingFlag, type CommonFlags } from './setting-flags.js'

/** Flags of every command about users, roles, keys and policies. */
export interface AuthFlags extends CommonFlags, ReportFlags {
  readonly data?: string
  readonly masterKeyFile?: string
}

export const authFlags = {
  data: settingFlag('dataFolder'),
  masterKeyFile: settingFlag('masterKeyFile', true),
  ...commonFlags,
  ...reportFlags,
} as const

/** Flags of what is made with policies and tags. */
export interface IdentityFlags extends AuthFlags {
  readonly policy?: readonly string[]
  readonly boundary?: string
  readonly tag?: readonly string[]
}

export const identityFlags = {
  ...authFlags,
  policy: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    optional: true,
    brief: 'A policy that it has; may be given several times',
    placeholder: 'name',
  },
  boundary: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'The policy that is the most it may do',
    placeholder: 'name',
  },
  tag: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    optional: true,
    brief: 'A tag; may be given several times',
    placeholder: 'key=value',
  },
} as const
