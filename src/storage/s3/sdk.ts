import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type * as aws from '@aws-sdk/client-s3'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { S3Options } from './options.js'

export type Sdk = typeof aws

export interface ClientOptions extends S3Options {
  readonly timeoutMs: number
  readonly agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }
}

const DEFAULT_REGION = 'us-east-1'
const CONNECT_TIMEOUT_MS = 5_000
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Loads the SDK, which takes about 0.1 s: only what reaches for S3 pays for it. */
export function loadSdk(): Promise<Sdk> {
  return import('@aws-sdk/client-s3')
}

/** A client that neither retries nor prints: both are ours to decide. */
export async function newClient(sdk: Sdk, options: ClientOptions): Promise<S3Client> {
  const client = construct(sdk, configOf(options))
  const endpoint = options.endpoint ?? (await client.config.serviceConfiguredEndpoint?.())
  client.config.forcePathStyle = options.pathStyle ?? endpoint !== undefined
  if (options.region !== undefined) return client
  const region = await client.config.region().catch(() => undefined)
  return region === undefined ? newClient(sdk, { ...options, region: DEFAULT_REGION }) : client
}

function configOf({ endpoint, region, profile, credentials, timeoutMs, agents }: ClientOptions) {
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(credentials && {
      credentials: typeof credentials === 'function' ? credentials : { ...credentials },
    }),
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      ...agents,
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      socketTimeout: timeoutMs,
      logger: silent,
    },
    logger: silent,
  } as S3ClientConfig
}

/** The SDK warns once a process of the end of its support for this Node: not on a user's terminal. */
export function construct(sdk: Sdk, config: S3ClientConfig): S3Client {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  try {
    return new sdk.S3Client(config)
  } finally {
    process.emitWarning = emitWarning
  }
}
