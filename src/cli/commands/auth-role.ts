import { buildCommand, buildRouteMap } from '@stricli/core'
import { parseCount } from '../../core/count.js'
import type { RoleAddFlags } from '../actions/auth.js'
import type { Cli } from '../cli.js'
import { authFlags, identityFlags, type AuthFlags } from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const positional = oneWord('The role', 'name')

const add = buildCommand<RoleAddFlags, [name: string], Cli>({
  docs: {
    brief: 'Make a role, which users and services can assume',
    fullDescription:
      'Makes a role. Its trust policy says who may assume it.\n\nExample:\n  headrig auth role add jobs --trust trust.json --policy read-logs',
  },
  parameters: {
    flags: {
      ...identityFlags,
      trust: {
        kind: 'parsed',
        parse: String,
        brief: 'Holds the policy that says who may assume it',
        placeholder: 'file',
      },
      maxSession: {
        kind: 'parsed',
        parse: (text: string) => parseCount(text, 3600, 43_200),
        default: '3600',
        brief: 'The longest session, in seconds',
        placeholder: 'n',
      },
    },
    aliases: commonAliases,
    positional,
  },
  loader: async () => (await import('../actions/auth.js')).runRoleAdd,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the roles and their policies' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth.js')).runRoleList,
})

const remove = buildCommand<AuthFlags, [name: string], Cli>({
  docs: { brief: 'Remove a role; its sessions end' },
  parameters: { flags: authFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runRoleRemove,
})

export const authRole = buildRouteMap<'add' | 'list' | 'remove', Cli>({
  routes: { add, list, remove },
  docs: { brief: 'Roles' },
})
