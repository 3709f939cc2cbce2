import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Cli } from '../cli.js'
import { authFlags, type AuthFlags } from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const id = oneWord('The key', 'AKIA…')

const create = buildCommand<AuthFlags, [user: string], Cli>({
  docs: {
    brief: 'Give a user a key; its secret is shown this once',
    fullDescription:
      'Prints the key in the words of a shell. The secret is kept encrypted and never shown again.\n\nExample:\n  headrig auth key create ada',
  },
  parameters: { flags: authFlags, aliases: commonAliases, positional: oneWord('The user', 'user') },
  loader: async () => (await import('../actions/auth.js')).runKeyCreate,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the keys, without their secrets' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth.js')).runKeyList,
})

const disable = buildCommand<AuthFlags, [id: string], Cli>({
  docs: { brief: 'Stop taking a key, at once' },
  parameters: { flags: authFlags, aliases: commonAliases, positional: id },
  loader: async () => (await import('../actions/auth.js')).runKeyDisable,
})

const enable = buildCommand<AuthFlags, [id: string], Cli>({
  docs: { brief: 'Take a disabled key again' },
  parameters: { flags: authFlags, aliases: commonAliases, positional: id },
  loader: async () => (await import('../actions/auth.js')).runKeyEnable,
})

const remove = buildCommand<AuthFlags, [id: string], Cli>({
  docs: { brief: 'Delete a key' },
  parameters: { flags: authFlags, aliases: commonAliases, positional: id },
  loader: async () => (await import('../actions/auth.js')).runKeyDelete,
})

export const authKey = buildRouteMap<'create' | 'list' | 'disable' | 'enable' | 'delete', Cli>({
  routes: { create, list, disable, enable, delete: remove },
  docs: { brief: 'Access keys' },
})
