import { HeadrigError, messageOf } from '../../core/errors.js'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 65_536

/**
 * Where an identity provider publishes its keys, by OpenID Connect Discovery.
 * @param url of the provider, as its tokens have it in `iss`
 * @throws HeadrigError `unavailable` when it does not say
 */
export async function discoverKeys(url: string): Promise<string> {
  const place = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { issuer, jwks_uri: keys } = await read(place)
  if (issuer !== url)
    throw failed(place, `it is of ${JSON.stringify(issuer)}: give that URL, or --keys`)
  if (typeof keys !== 'string') throw failed(place, 'it has no jwks_uri: give --keys')
  return keys
}

async function read(place: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await fetch(place, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!answer.ok) throw new Error(`the answer is ${answer.status}`)
    if (Number(answer.headers.get('content-length') ?? 0) > MOST_BYTES)
      throw new Error('the answer is too large')
    const found: unknown = await answer.json()
    if (typeof found === 'object' && found !== null) return { ...found }
    throw new Error('the answer is no object')
  } catch (error) {
    throw failed(place, `${messageOf(error)}; if it has none, give --keys`)
  }
}

function failed(place: string, why: string): HeadrigError {
  return new HeadrigError('unavailable', `cannot read ${place}: ${why}`)
}
