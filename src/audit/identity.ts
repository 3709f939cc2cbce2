import type { Principal } from '../auth/principal.js'
import { isoSeconds } from '../core/iso-seconds.js'
import type { JsonObject } from '../wire/service.js'

/** CloudTrail's userIdentity. Who is not known is of type Unknown, with the key that was claimed. */
export function userIdentity(
  principal: Principal | undefined,
  claimedAccessKeyId?: string,
): JsonObject {
  const key = principal?.accessKeyId ?? claimedAccessKeyId
  const accessKeyId = key === undefined ? {} : { accessKeyId: key }
  if (!principal) return { type: 'Unknown', ...accessKeyId }
  const { kind, principalId, arn, account: accountId, userName } = principal
  if (principal.webIdentity) {
    const { subject, provider } = principal.webIdentity
    return { type: kind, principalId, userName: subject, identityProvider: provider }
  }
  if (kind === 'AWSService') return { type: kind, invokedBy: userName ?? principalId }
  return {
    type: kind,
    principalId: kind === 'Root' ? accountId : principalId,
    arn,
    accountId,
    ...accessKeyId,
    ...(kind === 'IAMUser' && userName !== undefined && { userName }),
    ...(principal.session && { sessionContext: sessionContext(principal.session, accountId) }),
  }
}

function sessionContext(
  { createdAt, mfaAuthenticated, sourceIdentity, issuer }: NonNullable<Principal['session']>,
  accountId: string,
): JsonObject {
  return {
    ...(issuer && {
      sessionIssuer: {
        type: 'Role',
        principalId: issuer.principalId,
        arn: issuer.arn,
        accountId,
        userName: issuer.userName,
      },
    }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    attributes: {
      creationDate: isoSeconds(createdAt),
      mfaAuthenticated: String(mfaAuthenticated),
    },
  }
}
