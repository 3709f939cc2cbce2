import { AuthError } from '../auth-error.js'

/** A request as it came over the wire, before anything was made of it. */
export interface SignedRequest {
  readonly method: string
  /** The request line's target, as it is: `/`, `/applications/a%20b?max=1`. */
  readonly target: string
  /** Names and values by turns, as `IncomingMessage.rawHeaders` has them. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

/** Those that say who calls and what for: one that is there twice means two things. */
const ONCE = /^(?:authorization|host|date|content-type|x-amz-.*|amz-sdk-.*)$/

/**
 * The headers by lower-case name, with what a signature makes of their blanks.
 * @throws AuthError `incomplete` for one of weight that is there twice
 */
export function headersOf(
  rawHeaders: readonly string[],
  signedNames: readonly string[] = [],
): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    if (headers.has(name) && (ONCE.test(name) || signedNames.includes(name)))
      throw new AuthError('incomplete', `Header ${JSON.stringify(name)} must be there once`)
    headers.set(name, (rawHeaders[i + 1] ?? '').trim().replace(/\s+/g, ' '))
  }
  return headers
}

/** The target's path as it is, and its parameters, decoded. */
export interface Target {
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
}

/**
 * @throws AuthError `incomplete` for escapes that are none
 */
export function parseTarget(target: string): Target {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = at < 0 ? '' : target.slice(at + 1)
  try {
    const pairs = query.split('&').filter((part) => part !== '')
    return {
      path: path || '/',
      query: pairs.map((part) => {
        const mark = part.indexOf('=')
        return mark < 0
          ? ([decodeURIComponent(part), ''] as const)
          : ([
              decodeURIComponent(part.slice(0, mark)),
              decodeURIComponent(part.slice(mark + 1)),
            ] as const)
      }),
    }
  } catch {
    throw new AuthError('incomplete', 'The query has a % that is no escape')
  }
}
