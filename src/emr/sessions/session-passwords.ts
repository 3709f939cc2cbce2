import { randomBytes } from 'node:crypto'
import { HeadrigError } from '../../core/errors.js'
import { sha256Hex } from '../../core/sha256.js'

interface Session {
  readonly cluster: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

const LIFE_MS = 3_600_000
const MOST = 10_000

/** Passwords that open the Spark Connect of a cluster for an hour. In memory alone: they end with the server. */
export class SessionPasswords {
  readonly #now: () => number
  /** By the SHA-256 of the password: to look one up tells nothing of others by the time that it takes. */
  readonly #sessions = new Map<string, Session>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws HeadrigError `unavailable` when there are very many */
  issue(cluster: string): { readonly password: string; readonly expires: number } {
    const now = this.#now()
    for (const [id, { expires }] of this.#sessions) if (expires <= now) this.#sessions.delete(id)
    if (this.#sessions.size >= MOST)
      throw new HeadrigError('unavailable', `${MOST} passwords of sessions are good: wait an hour`)
    const password = randomBytes(32).toString('base64url')
    this.#sessions.set(sha256Hex(password), { cluster, expires: now + LIFE_MS })
    return { password, expires: now + LIFE_MS }
  }

  /** The cluster that a password opens now. */
  clusterOf(password: string): string | undefined {
    const session = this.#sessions.get(sha256Hex(password))
    return session && session.expires > this.#now() ? session.cluster : undefined
  }
}
