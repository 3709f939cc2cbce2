import { AuthError } from '../auth/auth-error.js'
import { keysOf } from '../auth/keys/key-source.js'
import type { Directory } from '../auth/keys/directory.js'
import { Replays } from '../auth/sigv4/replays.js'
import { verifySigV4, WINDOW_MS } from '../auth/sigv4/verify.js'
import { AwsError } from '../wire/aws-error.js'
import type { Authenticator } from './ports.js'

/** Lets in who signs with a key of the directory. */
export function sigV4Authenticator(directory: Directory): Authenticator {
  const keys = keysOf(directory)
  const replays = new Replays(2 * WINDOW_MS)
  return {
    async authenticate(request, { service, region, now, protocol }) {
      try {
        return await verifySigV4(request, keys, { service, region, now, replays })
      } catch (error) {
        if (!(error instanceof AuthError)) throw error
        const code = protocol === 'query' ? error.queryCode : error.code
        throw new AwsError(code, error.message, { status: error.status, cause: error })
      }
    },
  }
}
