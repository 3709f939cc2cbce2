import { buildCommand, buildRouteMap } from '@stricli/core'
import type { AttachFlags } from '../actions/auth.js'
import type { SimulateFlags } from '../actions/auth-simulate.js'
import type { Cli } from '../cli.js'
import { authFlags, type AuthFlags } from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const positional = oneWord('The policy', 'name')

const ownerFlags = {
  ...authFlags,
  user: { kind: 'parsed', parse: String, optional: true, brief: 'Whose', placeholder: 'name' },
  role: { kind: 'parsed', parse: String, optional: true, brief: 'Whose', placeholder: 'name' },
} as const

const attachFlags = {
  ...ownerFlags,
  group: { kind: 'parsed', parse: String, optional: true, brief: 'Whose', placeholder: 'name' },
} as const

const put = buildCommand<AuthFlags, [name: string, file: string], Cli>({
  docs: {
    brief: 'Keep a policy, in place of one of that name',
    fullDescription:
      'Reads an IAM policy and keeps it; what is wrong in it is named with its place.\n\nExample:\n  headrig auth policy put read-logs read-logs.json',
  },
  parameters: {
    flags: authFlags,
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, brief: 'What to call it', placeholder: 'name' },
        { parse: String, brief: 'An IAM policy in JSON', placeholder: 'file' },
      ],
    },
  },
  loader: async () => (await import('../actions/auth.js')).runPolicyPut,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the policies; with --format json their texts' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth.js')).runPolicyList,
})

const remove = buildCommand<AuthFlags, [name: string], Cli>({
  docs: { brief: 'Remove a policy that nobody has' },
  parameters: { flags: authFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runPolicyRemove,
})

const attach = buildCommand<AttachFlags, [name: string], Cli>({
  docs: { brief: 'Give a user, role or group a policy' },
  parameters: { flags: attachFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runPolicyAttach,
})

const detach = buildCommand<AttachFlags, [name: string], Cli>({
  docs: { brief: 'Take a policy from a user, role or group' },
  parameters: { flags: attachFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runPolicyDetach,
})

const simulate = buildCommand<SimulateFlags, [action: string, resource?: string], Cli>({
  docs: {
    brief: 'Tell whether a user or role may do something, and which policy decides',
    fullDescription:
      'Exits with 0 when it may and with 3 when not.\n\nExample:\n  headrig auth policy simulate --user ada elasticmapreduce:ListClusters',
  },
  parameters: {
    flags: {
      ...ownerFlags,
      context: {
        kind: 'parsed',
        parse: String,
        variadic: true,
        optional: true,
        brief: 'A condition key of the request; may be given several times',
        placeholder: 'key=value',
      },
    },
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, brief: 'Such as elasticmapreduce:RunJobFlow', placeholder: 'action' },
        { parse: String, brief: 'An ARN; default: *', placeholder: 'resource', optional: true },
      ],
    },
  },
  loader: async () => (await import('../actions/auth-simulate.js')).runPolicySimulate,
})

export const authPolicy = buildRouteMap<
  'put' | 'list' | 'remove' | 'attach' | 'detach' | 'simulate',
  Cli
>({
  routes: { put, list, remove, attach, detach, simulate },
  docs: { brief: 'Policies' },
})
