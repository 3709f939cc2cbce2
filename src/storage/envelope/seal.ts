import { createCipheriv, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import type { DataKey, EncryptionContext } from '../kms.js'
import {
  ALGORITHM,
  authenticated,
  fileKey,
  MAGIC,
  nonce,
  PIECE,
  type EnvelopeHead,
} from './format.js'

/** Which file it is: one that is opened as another is found. */
export interface SealOptions {
  /** What the data key was asked for. */
  readonly context: EncryptionContext
  /** `s-1/stdout`. */
  readonly label: string
}

/**
 * A stream that seals what goes through; 64 KiB are held at most.
 * @example await pipeline(source, sealing(await kms.dataKey(id, context), { context, label }), target)
 */
export function sealing(dataKey: DataKey, { context, label }: SealOptions): Transform {
  const salt = randomBytes(32)
  const head = Buffer.from(
    JSON.stringify({
      key: dataKey.sealed.toString('base64'),
      context,
      salt: salt.toString('base64'),
    } satisfies EnvelopeHead),
  )
  const key = fileKey(dataKey.plain, salt)
  const covered = authenticated(head, label)
  let held: Buffer[] = []
  let size = 0
  let count = 0
  const sealed = (piece: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv(ALGORITHM, key, nonce(count++, isLast)).setAAD(covered)
    const hidden = Buffer.concat([cipher.update(piece), cipher.final()])
    return Buffer.concat([hidden, cipher.getAuthTag()])
  }
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk)
      size += chunk.length
      // The last piece is known when the end is: one that is full waits for more.
      if (size > PIECE) {
        const all = Buffer.concat(held)
        let at = 0
        for (; all.length - at > PIECE; at += PIECE)
          stream.push(sealed(all.subarray(at, at + PIECE), false))
        held = [all.subarray(at)]
        size = all.length - at
      }
      done()
    },
    flush(done) {
      stream.push(sealed(Buffer.concat(held), true))
      key.fill(0)
      done()
    },
  })
  stream.push(Buffer.concat([MAGIC, length, head]))
  return stream
}
