import type { IncomingMessage } from 'node:http'
import { AwsError } from '../wire/aws-error.js'

/**
 * Reads the whole body of a request, at most `most` bytes. How long it may take is up to the
 * HTTP server, which ends slow requests.
 * @throws AwsError `RequestEntityTooLargeException` (413) before more than that is kept,
 * `RequestTimeout` when the client hangs up before its end
 */
export function readBody(incoming: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > most) return reject(tooLarge(most))
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= most) return void chunks.push(chunk)
      chunks.length = 0
      incoming.pause()
      reject(tooLarge(most))
    })
    incoming.once('end', () => {
      const [only] = chunks
      resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks))
    })
    const cutOff = (): void => {
      if (!incoming.readableEnded) reject(new AwsError('RequestTimeout', 'The body is not whole'))
    }
    incoming.once('error', cutOff)
    incoming.once('close', cutOff)
  })
}

function tooLarge(most: number): AwsError {
  return new AwsError('RequestEntityTooLargeException', `The body is larger than ${most} bytes`, {
    status: 413,
  })
}
