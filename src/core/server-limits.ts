import { parseCount } from './count.js'
import { formatDuration, parseDuration } from './duration.js'
import { HeadrigError } from './errors.js'
import { names, type Setting } from './setting.js'
import { formatSize, parseSize } from './size.js'

/** The most that callers of `headrig serve` may take. */
export const SERVER_LIMITS = {
  serverKeyRate: rate('key', 5000, 'Calls a second of an access key; twice as many at once'),
  serverAddressRate: rate('address', 10_000, 'Calls a second of an address; twice as many at once'),
  serverRefusedRate: rate(
    'refused',
    20,
    'Calls a second of an address whose callers are not let in; ten times as many at once',
  ),
  serverBodySize: {
    ...names('server.limit.body', 'limit-body', ['HEADRIG_SERVER_LIMIT_BODY'], 'size'),
    doc: 'The largest body of a call, from 64KiB to 16MiB',
    parse: (text) => within(parseSize(text), 64 << 10, 16 << 20, text),
    initial: () => 1 << 20,
    show: formatSize,
  } satisfies Setting<number>,
  serverConnections: {
    ...names(
      'server.limit.connections',
      'limit-connections',
      ['HEADRIG_SERVER_LIMIT_CONNECTIONS'],
      'n',
    ),
    doc: 'The most connections at once',
    parse: (text) => parseCount(text, 1, 100_000),
    initial: () => 2000,
    show: String,
  } satisfies Setting<number>,
  serverCallTime: {
    ...names('server.limit.call', 'limit-call', ['HEADRIG_SERVER_LIMIT_CALL'], 'time'),
    doc: 'How long a call may work for its answer, from 1s to 10m',
    parse: (text) => within(parseDuration(text), 1000, 600_000, text),
    initial: () => 30_000,
    show: formatDuration,
  } satisfies Setting<number>,
} as const

function rate(of: string, initial: number, doc: string): Setting<number> {
  const variable = `HEADRIG_SERVER_RATE_${of.toUpperCase()}`
  return {
    ...names(`server.rate.${of}`, `rate-${of}`, [variable], 'n'),
    doc,
    parse: (text) => parseCount(text, 1, 1_000_000),
    initial: () => initial,
    show: String,
  }
}

function within(value: number, least: number, most: number, text: string): number {
  if (value >= least && value <= most) return value
  throw new HeadrigError('invalid', `${JSON.stringify(text)} is out of bounds`)
}
