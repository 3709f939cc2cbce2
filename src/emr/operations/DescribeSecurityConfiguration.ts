import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { SecurityStore } from '../security/store.js'

/** A security configuration as it was given. */
export const describeSecurityConfiguration = (store: SecurityStore): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:DescribeSecurityConfiguration', resource: '*' }],
  run({ Name }) {
    const { name, text, created } = store.get(textOf(Name) ?? '')
    return { Name: name, SecurityConfiguration: text, CreationDateTime: created / 1000 }
  },
})
