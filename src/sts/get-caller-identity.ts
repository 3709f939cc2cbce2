import type { AwsOperation } from '../wire/service.js'

/** Who signed; nobody needs leave to ask. */
export const getCallerIdentity: AwsOperation = {
  readOnly: true,
  access: () => [],
  run: (_input, { principal }) => ({
    UserId: principal.principalId,
    Account: principal.account,
    Arn: principal.arn,
  }),
}
