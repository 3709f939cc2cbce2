import { buildCommand, buildRouteMap } from '@stricli/core'
import type { GroupAddFlags } from '../actions/auth-group.js'
import type { Cli } from '../cli.js'
import { authFlags, identityFlags, type AuthFlags } from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const positional = oneWord('The group', 'group')
const member = {
  kind: 'tuple',
  parameters: [
    { parse: String, brief: 'The group', placeholder: 'group' },
    { parse: String, brief: 'The user', placeholder: 'user' },
  ],
} as const

const add = buildCommand<GroupAddFlags, [group: string], Cli>({
  docs: {
    brief: 'Make a group',
    fullDescription:
      'Makes a group, whose policies count for every user in it.\n\nExample:\n  headrig auth group add analysts --policy read-clusters',
  },
  parameters: {
    flags: { ...authFlags, policy: identityFlags.policy },
    aliases: commonAliases,
    positional,
  },
  loader: async () => (await import('../actions/auth-group.js')).runGroupAdd,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the groups, their policies and who is in them' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth-group.js')).runGroupList,
})

const remove = buildCommand<AuthFlags, [group: string], Cli>({
  docs: { brief: 'Remove a group, not its users' },
  parameters: { flags: authFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth-group.js')).runGroupRemove,
})

const join = buildCommand<AuthFlags, [group: string, user: string], Cli>({
  docs: {
    brief: 'Take a user into a group',
    fullDescription: 'Takes a user in.\n\nExample:\n  headrig auth group join analysts ada',
  },
  parameters: { flags: authFlags, aliases: commonAliases, positional: member },
  loader: async () => (await import('../actions/auth-group.js')).runGroupJoin,
})

const leave = buildCommand<AuthFlags, [group: string, user: string], Cli>({
  docs: { brief: 'Take a user out of a group' },
  parameters: { flags: authFlags, aliases: commonAliases, positional: member },
  loader: async () => (await import('../actions/auth-group.js')).runGroupLeave,
})

export const authGroup = buildRouteMap<'add' | 'list' | 'remove' | 'join' | 'leave', Cli>({
  routes: { add, list, remove, join, leave },
  docs: { brief: 'Groups of users' },
})
