import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { S3Client } from '@aws-sdk/client-s3'
import { learnAddress, type Address } from './address.js'
import { asHeadrigError, failureOf } from './errors.js'
import type { S3Options } from './options.js'
import { loadSdk, newClient, type Sdk } from './sdk.js'

/** What requests to the bucket need, for the region that it is thought to be in. */
export interface Session {
  readonly sdk: Sdk
  readonly client: S3Client
  readonly region: string
  readonly address: Address
}

/**
 * The way to one bucket: it loads the SDK at the first request, follows the bucket to its region and
 * keeps its connections open.
 */
export class S3Connection {
  readonly timeoutMs: number
  readonly #bucket: string
  readonly #options: S3Options
  readonly #httpAgent: HttpAgent
  readonly #httpsAgent: HttpsAgent
  #session: Promise<Session> | undefined

  constructor(bucket: string, options: S3Options) {
    const { maxSockets = 64, timeoutMs = 30_000 } = options
    this.timeoutMs = timeoutMs
    this.#bucket = bucket
    this.#options = options
    this.#httpAgent = new HttpAgent({ keepAlive: true, maxSockets })
    this.#httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets })
  }

  /**
   * Runs a request; once more when S3 answers that the bucket is in another region.
   * @throws the product's errors, naming `uri`; the signal's reason when it was aborted
   */
  async run<T>(
    uri: string,
    request: (session: Session) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      signal?.throwIfAborted()
      const opening = (this.#session ??= this.#open(this.#options.region))
      const session = await opening
      try {
        return await request(session)
      } catch (error) {
        const { region } = failureOf(error)
        if (region === undefined || region === session.region) throw error
        if (this.#session === opening) this.#session = this.#open(region)
        return await request(await (this.#session ?? this.#open(region)))
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw asHeadrigError(error, uri)
    }
  }

  agentFor(url: URL): HttpAgent {
    return url.protocol === 'https:' ? this.#httpsAgent : this.#httpAgent
  }

  async #open(region: string | undefined): Promise<Session> {
    try {
      const sdk = await loadSdk()
      const client = await newClient(sdk, {
        ...this.#options,
        region,
        timeoutMs: this.timeoutMs,
        agents: { httpAgent: this.#httpAgent, httpsAgent: this.#httpsAgent },
      })
      const address = await learnAddress(sdk, client, this.#bucket)
      return { sdk, client, region: address.region, address }
    } catch (error) {
      this.#session = undefined
      throw error
    }
  }
}
