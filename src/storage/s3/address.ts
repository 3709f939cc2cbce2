import type { S3Client } from '@aws-sdk/client-s3'
import { HeadrigError } from '../../core/errors.js'
import type { S3Credentials } from './options.js'
import type { Sdk } from './sdk.js'

/** Where the objects of one bucket are, and who may ask for them. */
export interface Address {
  /** Of the bucket, with a path when the bucket is named there; without a trailing slash. */
  readonly url: URL
  readonly region: string
  /** Kept until shortly before they lapse, then fetched anew. */
  credentials(): Promise<S3Credentials>
}

interface Resolved {
  readonly url: URL
  readonly properties?: {
    readonly authSchemes?: readonly { readonly name: string; readonly signingRegion?: string }[]
  }
}

/** Asks the SDK for a bucket's address by a request that is stopped before it is sent. */
export async function learnAddress(sdk: Sdk, client: S3Client, bucket: string): Promise<Address> {
  let resolved: Resolved | undefined
  const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: 'x' })
  command.middlewareStack.add(
    (_next, context) => async () => {
      resolved = context['endpointV2'] as Resolved
      return { response: undefined, output: { $metadata: {} } }
    },
    { step: 'finalizeRequest', priority: 'high', name: 'learnAddress' },
  )
  await client.send(command)
  const scheme = resolved?.properties?.authSchemes?.[0]
  if (!resolved || (scheme && scheme.name !== 'sigv4'))
    throw new HeadrigError(
      'invalid',
      `bucket "${bucket}" wants requests signed with ${scheme?.name ?? 'nothing known'}, which is not supported: use a general purpose bucket`,
    )
  return {
    url: resolved.url,
    region: scheme?.signingRegion ?? (await client.config.region()),
    credentials: () => client.config.credentials(),
  }
}
