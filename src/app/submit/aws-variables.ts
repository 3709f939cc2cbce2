import { awsIdentity } from '../../storage/aws-identity.js'
import type { SubmitContext } from './options.js'

/** The variables that let a job's Spark into the lake in S3, when the caller's do not: it knows no profiles. */
export async function awsVariables({
  store,
  settings,
  env,
}: Pick<SubmitContext, 'store' | 'settings' | 'env'>): Promise<Record<string, string>> {
  if (!store.uri.startsWith('s3:') || env['AWS_ACCESS_KEY_ID']) return {}
  const identity = awsIdentity({ region: settings.s3Region, profile: settings.s3Profile })
  const { accessKeyId, secretAccessKey, sessionToken } = (await identity()).credentials
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  }
}
