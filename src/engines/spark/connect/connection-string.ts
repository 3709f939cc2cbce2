import { HeadrigError } from '../../../core/errors.js'

/** What Spark's connection string says. */
export interface ConnectionString {
  readonly host: string
  readonly port: number
  readonly useSsl: boolean
  readonly token?: string
  readonly userId?: string
  readonly userAgent?: string
  readonly sessionId?: string
  /** Parameters of another name are sent with every call, as Spark's own clients do. */
  readonly headers: Readonly<Record<string, string>>
}

const DEFAULT_PORT = 15002
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const HEADER = /^[a-z0-9_.-]+$/
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

/**
 * Reads `sc://host:port/;use_ssl=true;token=…;user_id=…;user_agent=…;session_id=…;x-header=…`.
 * A token without TLS is refused unless the host is this machine.
 * @param ownToken instead of the address's
 * @throws HeadrigError `invalid`; the message never shows the token
 * @example parseConnectionString('sc://127.0.0.1:15002/;user_id=me').port // 15002
 */
export function parseConnectionString(url: string, ownToken?: string): ConnectionString {
  const match = /^sc:\/\/(\[[0-9a-f:.]+\]|[^/:;@?#\s]+)(?::(\d{1,5}))?(?:\/(?:;(.*))?)?$/is.exec(
    url,
  )
  if (!match) {
    throw new HeadrigError(
      'invalid',
      `not a Spark Connect address: ${withoutParameters(url)}: write sc://host:port/;name=value;…`,
    )
  }
  const [, host = '', port, text = ''] = match
  const parameters = new Map(parametersOf(text))
  const take = (name: string): string | undefined => {
    const value = parameters.get(name)
    parameters.delete(name)
    return value
  }
  const [written, userId, userAgent, sessionId] = [
    'token',
    'user_id',
    'user_agent',
    'session_id',
  ].map(take)
  const token = ownToken ?? written
  const useSsl = flag(take('use_ssl'))
  if (sessionId !== undefined && !UUID.test(sessionId)) throw bad('session_id', 'must be a UUID')
  const hasSecret = token !== undefined || parameters.has('authorization')
  if (hasSecret && !useSsl && !LOOPBACK.test(host)) {
    throw new HeadrigError(
      'invalid',
      `a token for ${host} would travel in clear text: add use_ssl=true`,
      { details: { reason: 'token-without-tls' } },
    )
  }
  for (const name of parameters.keys()) {
    if (!HEADER.test(name))
      throw bad(name, 'is not a name: use lower-case letters, digits, - and _')
  }
  return {
    host,
    port: portOf(port),
    useSsl,
    ...(token === undefined ? {} : { token }),
    ...(userId === undefined ? {} : { userId }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(sessionId === undefined ? {} : { sessionId }),
    headers: Object.fromEntries(parameters),
  }
}

/** True for a host that is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

function* parametersOf(text: string): Generator<[string, string]> {
  for (const part of text.split(';')) {
    if (part === '') continue
    const at = part.indexOf('=')
    if (at < 1) throw bad(part.slice(0, 20), 'must be name=value')
    const name = part.slice(0, at)
    try {
      yield [name, decodeURIComponent(part.slice(at + 1))]
    } catch {
      throw bad(name, 'has a broken % escape')
    }
  }
}

function flag(value: string | undefined): boolean {
  if (value === undefined) return false
  const word = value.toLowerCase()
  if (word !== 'true' && word !== 'false') throw bad('use_ssl', 'must be true or false')
  return word === 'true'
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text)
  if (port < 1 || port > 65_535) throw bad(`port ${port}`, 'must be between 1 and 65535')
  return port
}

const withoutParameters = (url: string): string =>
  url.replace(/;.*$/s, ';…').replace(/\/\/[^/]*@/, '//…@')

const bad = (name: string, why: string): HeadrigError =>
  new HeadrigError('invalid', `${name} in a Spark Connect address ${why}`)
