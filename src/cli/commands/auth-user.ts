import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Cli } from '../cli.js'
import {
  authFlags,
  identityFlags,
  type AuthFlags,
  type IdentityFlags,
} from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const positional = oneWord('The user', 'name')

const add = buildCommand<IdentityFlags, [name: string], Cli>({
  docs: {
    brief: 'Make a user',
    fullDescription:
      'Makes a user, which may do what its policies allow, and nothing without one.\n\nExample:\n  headrig auth user add ada --policy AdministratorAccess',
  },
  parameters: { flags: identityFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runUserAdd,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the users and their policies' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth.js')).runUserList,
})

const remove = buildCommand<AuthFlags, [name: string], Cli>({
  docs: { brief: 'Remove a user and its keys' },
  parameters: { flags: authFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth.js')).runUserRemove,
})

export const authUser = buildRouteMap<'add' | 'list' | 'remove', Cli>({
  routes: { add, list, remove },
  docs: { brief: 'Users' },
})
