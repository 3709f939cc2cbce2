import { numberOf, objectOf, objectsOf } from '../../wire/members.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { invalidRequest } from '../errors.js'
import {
  isBlocked,
  type BlockPublicAccess,
  type BlockPublicAccessStore,
} from '../security/block-public-access.js'

const LAST_PORT = 65_535

/**
 * Says whether this server may be reached in the clear.
 * @param openPort the port at which it is, now; undefined when it is not
 */
export const putBlockPublicAccessConfiguration = (
  store: BlockPublicAccessStore,
  openPort: () => number | undefined,
): AwsOperation => ({
  readOnly: false,
  access: () => [{ action: 'elasticmapreduce:PutBlockPublicAccessConfiguration', resource: '*' }],
  run({ BlockPublicAccessConfiguration }, { now, principal }) {
    const given = objectOf(BlockPublicAccessConfiguration)
    const block: BlockPublicAccess = {
      isOn: given['BlockPublicSecurityGroupRules'] === true,
      permitted: portRanges(given['PermittedPublicSecurityGroupRuleRanges']),
      by: principal.session?.issuer?.arn ?? principal.arn,
      since: now.getTime(),
    }
    const open = openPort()
    if (open !== undefined && isBlocked(block, open))
      throw invalidRequest(
        `Other machines reach this server at port ${open} without TLS: start it without --tls no first, or permit the port.`,
      )
    store.put(block)
    return {}
  },
})

function portRanges(given: JsonObject[string]): BlockPublicAccess['permitted'] {
  return objectsOf(given).map(({ MinRange, MaxRange }) => {
    const from = numberOf(MinRange) ?? -1
    const to = numberOf(MaxRange) ?? from
    if (from < 0 || to < from || to > LAST_PORT)
      throw invalidRequest(`The port range ${from}-${to} is not valid: write 0 to ${LAST_PORT}.`)
    return { from, to }
  })
}
