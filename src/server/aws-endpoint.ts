import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Context } from 'hono'
import { AwsError } from '../wire/aws-error.js'
import { errorAnswer, type WireAnswer } from './answer.js'
import { isForm } from './find-route.js'
import type { HttpAppOptions, HttpEnv } from './http-options.js'
import { plainAddress } from './loopback.js'
import type { WireRequest } from './ports.js'
import { readBody } from './read-body.js'
import { TokenBuckets } from './token-buckets.js'

/** Answers every AWS API at one path, as its clients want it. */
export function awsEndpoint({
  handle,
  metrics,
  logger,
  isDraining,
  bodyBytes,
  addressRate,
  refusedRate,
  clock,
}: HttpAppOptions): (c: Context<HttpEnv>) => Promise<Response> {
  const addresses = new TokenBuckets(addressRate)
  const refused = new TokenBuckets(refusedRate)
  return async (c) => {
    const { incoming, outgoing } = c.env
    const requestId = randomUUID()
    const sourceIp = plainAddress(incoming.socket.remoteAddress ?? '')
    const began = performance.now()
    const now = clock()
    let took = 0
    metrics.inFlight.inc()
    const answer = await answerTo().finally(() => metrics.inFlight.dec())
    if (answer.status === 403) refused.take(sourceIp, now.getTime())
    metrics.answered(
      {
        service: answer.service?.signingName ?? 'none',
        operation: answer.operation ?? 'none',
        code: answer.errorCode ?? 'ok',
      },
      took / 1000,
    )
    logger.info('request', {
      requestId,
      sourceIp,
      operation: answer.operation ?? 'none',
      caller: answer.principal?.arn ?? 'nobody',
      status: answer.status,
      ...(answer.errorCode === undefined ? {} : { error: answer.errorCode }),
      ms: Math.round((performance.now() - began) * 10) / 10,
    })
    const closes = isDraining() || !incoming.complete
    return c.body(answer.body, answer.status as 200, {
      'content-type': answer.contentType,
      'x-amzn-RequestId': requestId,
      ...(closes ? { connection: 'close' } : {}),
    })

    async function answerTo(): Promise<WireAnswer> {
      const isQuery = isForm(incoming.rawHeaders)
      try {
        if (!addresses.take(sourceIp, now.getTime()) || !refused.has(sourceIp, now.getTime()))
          throw tooMany()
        const body = await readBody(incoming, bodyBytes)
        const gone = new AbortController()
        outgoing.once('close', () => gone.abort())
        const from = performance.now()
        const done = await handle(wireRequest(incoming, body, gone.signal))
        took = performance.now() - from
        return done
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        metrics.turnedAway(error.code)
        return errorAnswer(error, { requestId, isQuery })
      }
    }

    function wireRequest(from: IncomingMessage, body: Buffer, signal: AbortSignal): WireRequest {
      return {
        method: from.method ?? '',
        target: from.url ?? '',
        rawHeaders: from.rawHeaders,
        body,
        sourceIp,
        requestId,
        receivedAt: now,
        tls: tlsOf(from),
        signal,
      }
    }
  }
}

function tooMany(): AwsError {
  return new AwsError('ThrottlingException', 'Rate exceeded')
}

function tlsOf({ socket }: IncomingMessage): WireRequest['tls'] {
  if (!('encrypted' in socket)) return undefined
  const tls = socket as TLSSocket
  return {
    tlsVersion: tls.getProtocol() ?? '',
    cipherSuite: tls.getCipher().standardName,
  }
}
