import type { Authoriser } from '../auth/authoriser.js'
import type { Directory } from '../auth/keys/directory.js'
import type { AwsOperation } from '../wire/service.js'
import { assumeRole } from './assume-role.js'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js'
import { getCallerIdentity } from './get-caller-identity.js'
import { getSessionToken } from './get-session-token.js'

/**
 * The operations of AWS STS over a directory. The server adds the model; clients sign for `sts`,
 * CloudTrail has `sts.amazonaws.com`.
 */
export function stsOperations(
  directory: Directory,
  authoriser: Authoriser,
): Readonly<Record<string, AwsOperation>> {
  return {
    AssumeRole: assumeRole(directory, authoriser),
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity(directory, authoriser),
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken(directory),
  }
}

/** Why the other operations of STS are not there. */
export const STS_UNSUPPORTED: Readonly<Record<string, string>> = {
  AssumeRoleWithSAML: 'there is no SAML provider',
  AssumeRoot: 'there is one account',
  DecodeAuthorizationMessage: 'denials are not encoded',
  GetAccessKeyInfo: 'there is one account',
  GetDelegatedAccessToken: 'there is one account',
  GetFederationToken: 'assume a role instead',
  GetWebIdentityToken: 'tokens for others are not issued',
}
