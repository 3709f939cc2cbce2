import type { FileHandle } from 'node:fs/promises'
import { mapLimit } from '../../core/concurrency.js'
import type { Session } from './connection.js'

const LARGEST_PUT = 64 * 1024 * 1024
const PART = 16 * 1024 * 1024
const MOST_PARTS = 10_000
const PARTS_AT_ONCE = 3

/** Where an object goes; `RequestPayer` is S3's own word. */
export interface Destination {
  readonly Bucket: string
  readonly Key: string
  readonly RequestPayer?: 'requester'
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms'
  readonly SSEKMSKeyId?: string
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE'
  readonly ObjectLockRetainUntilDate?: Date
}

/** Uploads an open file; a big one in parts, of which three at most are in memory. */
export async function uploadFile(
  session: Session,
  to: Destination,
  file: FileHandle,
): Promise<void> {
  const { size } = await file.stat()
  if (size > LARGEST_PUT) return uploadParts(session, to, file, size)
  const Body = await readPart(file, 0, size)
  await session.client.send(new session.sdk.PutObjectCommand({ ...to, Body }))
}

async function uploadParts(
  session: Session,
  to: Destination,
  file: FileHandle,
  size: number,
): Promise<void> {
  const { client, sdk } = session
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(to))
  const upload = { ...to, UploadId }
  try {
    const partSize = Math.max(PART, Math.ceil(size / MOST_PARTS))
    const starts = Array.from({ length: Math.ceil(size / partSize) }, (_, i) => i * partSize)
    const Parts = await mapLimit(starts, PARTS_AT_ONCE, async (start, i) => {
      const Body = await readPart(file, start, Math.min(partSize, size - start))
      const PartNumber = i + 1
      const part = new sdk.UploadPartCommand({ ...upload, PartNumber, Body })
      const { ETag } = await client.send(part)
      return { PartNumber, ETag }
    })
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    )
  } catch (error) {
    // Parts that stay behind are charged for.
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined)
    throw error
  }
}

async function readPart(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done)
    if (bytesRead === 0)
      throw new Error(`the file shrank to ${start + done} bytes while it was read`)
    done += bytesRead
  }
  return bytes
}
