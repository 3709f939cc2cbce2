import type { Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { allocate } from '../bytes.js'
import { endOnAbort } from './abort.js'

const LARGEST_ERROR = 64 * 1024

export interface HttpGet {
  readonly url: URL
  /** Percent-encoded, sent as it is. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly agent: HttpAgent
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** All of a 2xx body, in memory of its own; the first 64 KiB of any other. */
  readonly body: Uint8Array
}

/**
 * One GET over a kept connection. An idle connection that the server had just closed is replaced once.
 * @throws Node's errors; `TimeoutError` after a silence; `ShortBody` when fewer bytes came than announced.
 */
export async function httpGet(get: HttpGet): Promise<HttpAnswer> {
  try {
    return await send(get)
  } catch (error) {
    if (!(error instanceof Error) || !reused.has(error)) throw error
    return send(get)
  }
}

const reused = new WeakSet<Error>()

function send(get: HttpGet): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { url, path, headers, agent, timeoutMs, signal } = get
    if (signal?.aborted) return reject(signal.reason as Error)
    const options: RequestOptions = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path,
      headers,
      agent,
      timeout: timeoutMs,
    }
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(options)
    const settled = signal && endOnAbort(signal, request)
    let answered = false
    const fail = (error: Error): void => {
      settled?.()
      if (signal?.aborted) return reject(signal.reason as Error)
      const code = (error as NodeJS.ErrnoException).code
      if (!answered && request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE'))
        reused.add(error)
      reject(error)
    }
    request.on('error', fail)
    request.on('timeout', () =>
      request.destroy(named('TimeoutError', `no byte for ${timeoutMs} ms`)),
    )
    request.on('response', (response) => {
      answered = true
      const done = (answer: HttpAnswer): void => {
        settled?.()
        resolve(answer)
      }
      read(response, done, fail)
    })
    request.end()
  })
}

function read(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: Error) => void,
): void {
  const { statusCode: status = 0, headers } = response
  const ok = status >= 200 && status < 300
  const announced = headers['content-length']
  const length = announced === undefined ? undefined : Number(announced)
  let body: Uint8Array | undefined
  try {
    if (ok && length !== undefined) body = allocate(length, 'the object')
  } catch (error) {
    response.destroy()
    return reject(error as Error)
  }
  const chunks: Buffer[] = []
  let count = 0
  response.on('data', (chunk: Buffer) => {
    if (body) body.set(chunk.subarray(0, body.length - count), count)
    else if (ok || count < LARGEST_ERROR) chunks.push(chunk)
    count += chunk.length
  })
  response.on('error', reject)
  response.on('close', () => {
    const complete = response.complete && (length === undefined || count === length)
    if (complete) return resolve({ status, headers, body: body ?? Buffer.concat(chunks) })
    reject(response.errored ?? named('ShortBody', `${count} of ${announced ?? 'unknown'} bytes`))
  })
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}
