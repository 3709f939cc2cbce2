import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { SecurityStore } from '../security/store.js'

/** Removes a security configuration; clusters that have it keep to it. */
export const deleteSecurityConfiguration = (store: SecurityStore): AwsOperation => ({
  readOnly: false,
  access: () => [{ action: 'elasticmapreduce:DeleteSecurityConfiguration', resource: '*' }],
  run({ Name }) {
    store.delete(textOf(Name) ?? '')
    return {}
  },
})
