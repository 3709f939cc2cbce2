import { AuthError } from './auth-error.js'
import type { Principal } from './principal.js'
import { Replays } from './sigv4/replays.js'
import { WINDOW_MS, type KeySource } from './sigv4/verify.js'

export const ROOT = 'AKIAHEADRIGTEST00001'
export const SECRET = 'kWcrlUX5JEDGMtHEADRIGtestSECRETtestSECRET'

export function testKeys(): KeySource {
  const principal: Principal = {
    kind: 'Root',
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:root',
    principalId: '111122223333',
    accessKeyId: ROOT,
    tags: {},
  }
  return {
    find(accessKeyId, token) {
      if (accessKeyId === ROOT && token === undefined) return { secret: SECRET, principal }
      throw new AuthError('unknown-key', 'The security token included in the request is invalid.')
    },
  }
}

export function testReplays(): Replays {
  return new Replays(2 * WINDOW_MS)
}
