import { constants } from 'node:buffer'
import { HeadrigError } from '../core/errors.js'

/**
 * Memory of its own for the bytes of an object, so that it can be handed to a worker. It is not
 * zeroed: fill all of it. What does not fit in one piece is `invalid`.
 */
export function allocate(length: number, name: string): Uint8Array {
  if (length > constants.MAX_LENGTH)
    throw new HeadrigError(
      'invalid',
      `${name} has ${length} bytes, more than fit in memory at once: read it in ranges`,
    )
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}
