import { buildCommand, buildRouteMap } from '@stricli/core'
import type { ProviderAddFlags } from '../actions/auth-provider.js'
import type { Cli } from '../cli.js'
import { authFlags, type AuthFlags } from '../flags/auth-flags.js'
import { oneWord } from '../flags/one-word.js'
import { commonAliases } from '../flags/setting-flags.js'

const positional = oneWord('Its URL, as its tokens have it in iss', 'url')

const add = buildCommand<ProviderAddFlags, [url: string], Cli>({
  docs: {
    brief: 'Take sessions for tokens of an identity provider (OpenID Connect)',
    fullDescription:
      'Takes a provider in. Roles whose trust policy names it give sessions for its tokens: sts:AssumeRoleWithWebIdentity.\n\nExample:\n  headrig auth provider add https://id.example --audience headrig',
  },
  parameters: {
    flags: {
      ...authFlags,
      audience: {
        kind: 'parsed',
        parse: String,
        variadic: true,
        brief: 'For whom its tokens are (aud); may be given several times',
        placeholder: 'name',
      },
      keys: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Its keys (JWKS), or where they are; default: where it says that they are',
        placeholder: 'file or url',
      },
    },
    aliases: commonAliases,
    positional,
  },
  loader: async () => (await import('../actions/auth-provider.js')).runProviderAdd,
})

const list = buildCommand<AuthFlags, [], Cli>({
  docs: { brief: 'List the identity providers' },
  parameters: { flags: authFlags, aliases: commonAliases },
  loader: async () => (await import('../actions/auth-provider.js')).runProviderList,
})

const remove = buildCommand<AuthFlags, [url: string], Cli>({
  docs: { brief: 'Take no more tokens of a provider; sessions end in their time' },
  parameters: { flags: authFlags, aliases: commonAliases, positional },
  loader: async () => (await import('../actions/auth-provider.js')).runProviderRemove,
})

export const authProvider = buildRouteMap<'add' | 'list' | 'remove', Cli>({
  routes: { add, list, remove },
  docs: { brief: 'Identity providers' },
})
