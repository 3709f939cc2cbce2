import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import { sha256Hex } from '../../core/sha256.js'
import {
  containerCredentials,
  instanceMetadata,
  type MetadataAnswer,
  type MetadataOfStep,
} from './metadata-routes.js'

/** Where steps ask who they are, and for their credentials. On loopback. */
export interface MetadataEndpoint {
  readonly port: number
  /**
   * Lets a step ask; what it is told lasts until `revoke`. The variables go to that step alone.
   * @param secret 43 characters; default: made up
   */
  grant(step: Omit<MetadataOfStep, 'secret'>, secret?: string): Grant
  close(): Promise<void>
}

export interface Grant {
  readonly environment: Readonly<Record<string, string>>
  revoke(): void
}

const HOST = '127.0.0.1'
const CREDENTIALS = '/credentials'

/**
 * Opens the endpoint. Each step has a path, and a secret, that no other knows.
 * @param wanted the port; 0, or where that is taken: one that is free
 * @example const { environment, revoke } = (await openMetadataEndpoint(logger)).grant({ … })
 */
export async function openMetadataEndpoint(logger: Logger, wanted = 0): Promise<MetadataEndpoint> {
  // By a digest: to look one up tells nothing of the secret by the time that it takes.
  const steps = new Map<string, MetadataOfStep>()
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 8192 },
    (request, response) => {
      request.resume()
      void answerTo(request, steps)
        .catch((error: unknown) => {
          logger.warn('no credentials for a step', { cause: messageOf(error) })
          return { status: 503, body: '' } satisfies MetadataAnswer
        })
        .then((answer) => send(response, answer))
    },
  )
  server.maxConnections = 512
  await listening(server, wanted)
  server.unref()
  const { port } = server.address() as AddressInfo
  const base = `http://${HOST}:${port}`
  return {
    port,
    grant(step, secret = randomBytes(32).toString('base64url')) {
      const id = sha256Hex(secret)
      steps.set(id, { ...step, secret })
      return {
        environment: {
          AWS_EC2_METADATA_SERVICE_ENDPOINT: `${base}/${secret}/`,
          ...(step.version === 2 && { AWS_EC2_METADATA_V1_DISABLED: 'true' }),
          ...(step.role && {
            AWS_CONTAINER_CREDENTIALS_FULL_URI: base + CREDENTIALS,
            AWS_CONTAINER_AUTHORIZATION_TOKEN: secret,
          }),
        },
        revoke: () => void steps.delete(id),
      }
    },
    async close() {
      steps.clear()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** On the port that is wanted, else on a free one. */
async function listening(server: Server, wanted: number): Promise<void> {
  try {
    await once(server.listen(wanted, HOST), 'listening')
  } catch (error) {
    if (wanted === 0) throw error
    await once(server.listen(0, HOST), 'listening')
  }
}

async function answerTo(
  request: IncomingMessage,
  steps: ReadonlyMap<string, MetadataOfStep>,
): Promise<MetadataAnswer> {
  const { method = '', url = '', headers } = request
  const header = (name: string): string | undefined => [headers[name]].flat()[0]
  if (url === CREDENTIALS) {
    const step = steps.get(sha256Hex(header('authorization') ?? ''))
    return step ? containerCredentials(step, method) : { status: 401, body: '' }
  }
  const [, secret = '', path = ''] = /^\/([\w-]{43})(\/[\w./-]{0,500})$/.exec(url) ?? []
  const step = steps.get(sha256Hex(secret))
  if (!step) return { status: 404, body: '' }
  // Some clients write two slashes where the endpoint ends in one.
  return instanceMetadata(step, {
    method,
    path: path.replace(/^\/+/, '/'),
    header,
    now: new Date(),
  })
}

function send(response: ServerResponse, answer: MetadataAnswer): void {
  const { status, body, type = 'text/plain', headers } = answer
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(body)
}
