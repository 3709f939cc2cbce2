import { buildRouteMap } from '@stricli/core'
import type { Cli } from '../cli.js'
import { authGroup } from './auth-group.js'
import { authKey } from './auth-key.js'
import { authPolicy } from './auth-policy.js'
import { authProvider } from './auth-provider.js'
import { authRole } from './auth-role.js'
import { authUser } from './auth-user.js'

export const auth = buildRouteMap<'user' | 'group' | 'key' | 'role' | 'policy' | 'provider', Cli>({
  routes: {
    user: authUser,
    group: authGroup,
    key: authKey,
    role: authRole,
    policy: authPolicy,
    provider: authProvider,
  },
  docs: { brief: 'Say who may use the server: users, groups, keys, roles, policies' },
})
