import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { AwsError } from '../wire/aws-error.js'
import { errorAnswer, type WireAnswer } from './answer.js'
import { asAwsError } from './as-aws-error.js'
import { CallSignal } from './call-signal.js'
import { isForm } from './find-route.js'
import type { HttpAppOptions } from './http-options.js'
import { plainAddress } from './loopback.js'
import type { WireRequest } from './ports.js'
import { readBody } from './read-body.js'
import { TokenBuckets } from './token-buckets.js'

/**
 * Answers every AWS API at one path, as its clients want it. It works on Node's own messages: the
 * way of everything else, by Web requests and responses, takes a sixth of the time of a call.
 */
export function awsEndpoint({
  handle,
  metrics,
  logger,
  isDraining,
  bodyBytes,
  addressRate,
  refusedRate,
  clock,
}: HttpAppOptions): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const addresses = new TokenBuckets(addressRate)
  const refused = new TokenBuckets(refusedRate)
  return async (incoming, outgoing) => {
    const requestId = randomUUID()
    const sourceIp = plainAddress(incoming.socket.remoteAddress ?? '')
    const began = performance.now()
    const now = clock()
    let took = 0
    metrics.inFlight.inc()
    const answer = await answerTo().finally(() => metrics.inFlight.dec())
    if (answer.status < 500 && !answer.principal) refused.take(sourceIp, now.getTime())
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
    const body = Buffer.from(answer.body)
    outgoing.writeHead(answer.status, {
      'content-type': answer.contentType,
      'content-length': body.length,
      'x-amzn-RequestId': requestId,
      ...(isDraining() || !incoming.complete ? { connection: 'close' } : {}),
    })
    outgoing.end(body)

    async function answerTo(): Promise<WireAnswer> {
      try {
        if (!addresses.take(sourceIp, now.getTime()) || !refused.has(sourceIp, now.getTime()))
          throw new AwsError('ThrottlingException', 'Rate exceeded')
        const body = await readBody(incoming, bodyBytes).catch(unread)
        const ending = new CallSignal()
        outgoing.once('close', () => {
          if (!outgoing.writableFinished) ending.abort(new Error('the client hung up'))
        })
        const from = performance.now()
        const done = await handle(wireRequest(incoming, body, ending))
        took = performance.now() - from
        return done
      } catch (error) {
        const turnedAway = asAwsError(error)
        if (!(error instanceof AwsError))
          logger.warn('a request failed', { requestId, cause: (error as Error).stack })
        metrics.turnedAway(turnedAway.code)
        return errorAnswer(turnedAway, { requestId, isQuery: isForm(incoming.rawHeaders) })
      }
    }

    function wireRequest(
      from: IncomingMessage,
      body: Buffer | AwsError,
      ending: CallSignal,
    ): WireRequest {
      const refusal = body instanceof AwsError ? { refused: body } : undefined
      return {
        method: from.method ?? '',
        target: from.url ?? '',
        rawHeaders: from.rawHeaders,
        body: body instanceof AwsError ? NOTHING : body,
        ...refusal,
        sourceIp,
        requestId,
        receivedAt: now,
        tls: tlsOf(from),
        ending,
      }
    }
  }
}

const NOTHING = new Uint8Array()

/** Who hung up hears nothing; one that is too large is answered, and so recorded. */
function unread(error: unknown): AwsError {
  if (error instanceof AwsError && error.status === 413) return error
  throw error
}

function tlsOf({ socket }: IncomingMessage): WireRequest['tls'] {
  if (!('encrypted' in socket)) return undefined
  const tls = socket as TLSSocket
  return {
    tlsVersion: tls.getProtocol() ?? '',
    cipherSuite: tls.getCipher().standardName,
  }
}
