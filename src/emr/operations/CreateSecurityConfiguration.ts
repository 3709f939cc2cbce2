import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { invalidRequest } from '../errors.js'
import type { SecurityStore } from '../security/store.js'

/** Keeps a security configuration that clusters may be started with. */
export const createSecurityConfiguration = (store: SecurityStore): AwsOperation => ({
  readOnly: false,
  access: () => [{ action: 'elasticmapreduce:CreateSecurityConfiguration', resource: '*' }],
  run({ Name, SecurityConfiguration }, { now }) {
    const name = textOf(Name) ?? ''
    if (name.trim() === '') throw invalidRequest('The name of a security configuration is empty.')
    const created = now.getTime()
    store.create({ name, text: textOf(SecurityConfiguration) ?? '', created })
    return { Name: name, CreationDateTime: created / 1000 }
  },
})
