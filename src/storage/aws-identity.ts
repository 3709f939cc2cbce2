import { HeadrigError, messageOf } from '../core/errors.js'
import type { S3Credentials } from './s3/options.js'

export interface AwsIdentity {
  readonly region: string
  readonly credentials: S3Credentials
}

/**
 * Who calls AWS, and where, as AWS's own tools find it: variables, profiles, the machine's role. The SDK is loaded
 * at the first call; credentials that expire are renewed by a later one.
 * @throws from the function: `unauthenticated` without credentials, `invalid` without a region
 * @example const { region } = await awsIdentity({})()
 */
export function awsIdentity(options: {
  readonly region?: string | undefined
  readonly profile?: string | undefined
}): () => Promise<AwsIdentity> {
  const { region, profile } = options
  const open = async () => {
    const { construct, loadSdk } = await import('./s3/sdk.js')
    return construct(await loadSdk(), {
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
    }).config
  }
  let opened: ReturnType<typeof open> | undefined
  return async () => {
    const config = await (opened ??= open())
    const found = await config.region().catch((error: unknown) => {
      throw new HeadrigError('invalid', 'no AWS region: set s3.region or AWS_REGION', {
        cause: error,
      })
    })
    const credentials = await config.credentials().catch((error: unknown) => {
      throw new HeadrigError('unauthenticated', `no AWS credentials: ${messageOf(error)}`, {
        cause: error,
      })
    })
    return { region: found, credentials }
  }
}
