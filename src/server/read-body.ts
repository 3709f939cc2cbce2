import type { IncomingMessage } from 'node:http'
import { AwsError } from '../wire/aws-error.js'

/**
 * Reads the whole body of a request, at most `most` bytes. How long it may take is up to the
 * HTTP server, which ends slow requests.
 * @throws AwsError `RequestEntityTooLargeException` (413) before more than that is kept
 */
export async function readBody(incoming: IncomingMessage, most: number): Promise<Buffer> {
  const named = Number(incoming.headers['content-length'] ?? 0)
  if (named > most) throw tooLarge(most)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw tooLarge(most)
    chunks.push(chunk)
  }
  const [only] = chunks
  return only && chunks.length === 1 ? only : Buffer.concat(chunks)
}

function tooLarge(most: number): AwsError {
  return new AwsError('RequestEntityTooLargeException', `The body is larger than ${most} bytes`, {
    status: 413,
  })
}
